/** Errors of AWS's as its SDK throws them. */
interface ServiceError extends Error {
  readonly $metadata: object;
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "$metadata" in error;
}

/** The error as one line that names AWS's code of it; an error of our own as it is. */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const [line = ""] = error.message.split("\n");
  // The SDK adds its metadata to errors of the connection too.
  if (isServiceError(error) && error.name === "Error") {
    return new Error(`no connection to AWS: ${line}`, { cause: error });
  }
  if (isServiceError(error)) return new Error(`${error.name}: ${line}`, { cause: error });
  if (error.name === "CredentialsProviderError") {
    return new Error(`no AWS credentials: ${line} (set AWS_PROFILE, or log in with aws sso login)`, { cause: error });
  }
  return error;
}
