/** An error in S3's form. */
export class S3Error extends Error {
  /**
   * @param code S3's name of the error, such as `NoSuchKey`
   * @param status the HTTP status
   * @param details additional elements of the response, such as `Key`
   */
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

/** Errors that are used in several places. */
export const s3Errors = {
  noSuchKey: (key: string) => new S3Error("NoSuchKey", 404, "The specified key does not exist.", { Key: key }),
  preconditionFailed: (condition: string) =>
    new S3Error("PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold", {
      Condition: condition,
    }),
  invalidRequest: (message: string) => new S3Error("InvalidRequest", 400, message),
  invalidArgument: (message: string, name: string, value: string) =>
    new S3Error("InvalidArgument", 400, message, { ArgumentName: name, ArgumentValue: value }),
  incompleteBody: () =>
    new S3Error(
      "IncompleteBody",
      400,
      "You did not provide the number of bytes specified by the Content-Length HTTP header",
    ),
  malformedXml: () =>
    new S3Error(
      "MalformedXML",
      400,
      "The XML you provided was not well-formed or did not validate against our published schema",
    ),
  badDigest: (what: string) =>
    new S3Error("BadDigest", 400, `The ${what} you specified did not match the calculated checksum.`),
  /** For S3 features that the local run does not model. */
  notModelled: (what: string) => new S3Error("NotImplemented", 501, `${what} is not modelled by the local S3`),
};
