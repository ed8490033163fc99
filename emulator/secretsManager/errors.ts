/** An error as Secrets Manager answers it. */
export class ServiceError extends Error {
  /**
   * @param code the service's name of the error, such as `ResourceNotFoundException`.
   * @param isMissingVersion true where the secret is there, but not the version of it that was asked for.
   */
  constructor(
    readonly code: string,
    message: string,
    readonly isMissingVersion = false,
  ) {
    super(message);
    this.name = code;
  }
}
