package io.slablab.agent.placement;

/** The kernel refused a binding, or granted something else than was asked for. */
public final class BindingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String asked;
  private final String answer;

  BindingException(String asked, String answer) {
    super(asked + ": " + answer);
    this.asked = asked;
    this.answer = answer;
  }

  /** What was asked for, such as {@code pin to CPU 9}. */
  public String asked() {
    return asked;
  }

  /** The errno's name, or what was read back. */
  public String answer() {
    return answer;
  }
}
