/** An error that the guest is told as it is: it names nothing of this machine. */
export class CapabilityError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
