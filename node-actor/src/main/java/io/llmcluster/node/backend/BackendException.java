package io.llmcluster.node.backend;

/**
 * Why a backend gave no proper answer. Messages are one line, fit for a client, and name no stack.
 */
public abstract sealed class BackendException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private BackendException(String message) {
    super(message, null, false, false);
  }

  /** No connection, or it was refused: nothing was started. */
  public static final class Unreachable extends BackendException {
    private static final long serialVersionUID = 1L;

    public Unreachable(String message) {
      super(message);
    }
  }

  /**
   * It broke off: the connection was lost, it fell silent, or it ended without its closing line.
   */
  public static final class Aborted extends BackendException {
    private static final long serialVersionUID = 1L;

    public Aborted(String message) {
      super(message);
    }
  }

  /** It was not asked: the request is more than this node can ever take. */
  public static final class TooLarge extends BackendException {
    private static final long serialVersionUID = 1L;

    public TooLarge(String message) {
      super(message);
    }
  }

  /** It was not asked: other requests leave this node no room for it now. */
  public static final class Full extends BackendException {
    private static final long serialVersionUID = 1L;

    public Full() {
      super("no room for the request at this node");
    }
  }

  /** It answered, and other answers leave this node no room to hold the whole of it now. */
  public static final class NoRoomForAnswer extends BackendException {
    private static final long serialVersionUID = 1L;

    public NoRoomForAnswer() {
      super("no room for the answer at this node");
    }
  }

  /** It answered something that is not the protocol: HTML, half a line, a body that is not JSON. */
  public static final class Garbled extends BackendException {
    private static final long serialVersionUID = 1L;

    public Garbled(String message) {
      super(message);
    }
  }
}
