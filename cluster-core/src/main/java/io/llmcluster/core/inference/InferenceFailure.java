package io.llmcluster.core.inference;

import io.grpc.Status;
import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.stream.Causes;
import java.time.Duration;

/** Why a request got no answer, or a broken one. Messages are one line and fit for a client. */
public abstract sealed class InferenceFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Large answers are with their clients, or these have gone. */
  private static final Duration ROOM_RETURNS = Duration.ofSeconds(5);

  private InferenceFailure(String message) {
    super(message, null, false, false);
  }

  /**
   * Why a model that no node has cannot be used. "Not found" needs somebody who would know: without
   * a healthy node it is an outage, not an answer.
   *
   * @param model as the client wrote it
   */
  public static InferenceFailure nobodyHas(String model, DirectoryView view) {
    return nobodyHas(model, NodeConstraint.ANY, view);
  }

  /**
   * Why a model that no node has which may take the request cannot be used. Who would know are the
   * healthy ones of those; of what the cluster is not to have at all, every healthy node.
   *
   * @param model as the client wrote it
   * @param nodes that may take the request
   */
  public static InferenceFailure nobodyHas(String model, NodeConstraint nodes, DirectoryView view) {
    if (view.missed(ModelName.key(model)).stream().anyMatch(nodes::allows)) {
      return nobodyCanBeReached(model, nodes, view);
    }
    boolean none = view.wanted().stream().noneMatch(wanted -> nodes.allows(wanted.spec()));
    boolean known =
        view.nodes().stream()
            .filter(node -> node.health().takesRequests())
            .anyMatch(node -> none || nodes.allows(node));
    String words = nodes.words();
    return known
        ? new ModelNotFound(model, words.isEmpty() ? "" : " on a node " + words)
        : Outage.ofNodes(nodes, view);
  }

  /**
   * Nodes that have the model are known, and none can be reached.
   *
   * @param model as the client wrote it
   * @param nodes that may take the request
   */
  public static NoNode nobodyCanBeReached(String model, NodeConstraint nodes, DirectoryView view) {
    return Outage.ofModel(model, nodes, view);
  }

  /** Why a call of a node failed, for whoever asked. */
  static InferenceFailure ofNode(String node, Throwable failure) {
    if (Causes.of(failure) instanceof InferenceFailure known) {
      return known;
    }
    Status status = CallStatus.of(failure);
    if (CallStatus.isTooLarge(status)) {
      return new TooLarge(CallStatus.named(node, CallStatus.words(status, node)));
    }
    return CallStatus.isNoRoomForAnswer(status)
        ? Overloaded.tooManyAnswers(ROOM_RETURNS)
        : new NodeFailed(node, CallStatus.words(status, node));
  }

  /** No node has the model, of those that may take the request. */
  public static final class ModelNotFound extends InferenceFailure {
    private static final long serialVersionUID = 1L;
    private final String model;

    public ModelNotFound(String model) {
      this(model, "");
    }

    private ModelNotFound(String model, String where) {
      super("model '" + model + "' not found" + where);
      this.model = model;
    }

    /** As the client wrote it. */
    public String model() {
      return model;
    }
  }

  /** The queue is full, or the request waited too long in it. */
  public static final class Overloaded extends InferenceFailure {
    private static final long serialVersionUID = 1L;
    private final Duration retryAfter;

    private static final String BUSY = "server busy, please try again.  ";
    private static final String TOO_MANY_PENDING = "maximum pending requests exceeded";

    /** In Ollama's own words (server/sched.go, ErrMaxQueue), by which clients know it. */
    public static final String QUEUE_FULL = BUSY + TOO_MANY_PENDING;

    /**
     * @param why one line, which follows the words that all such refusals have in common
     */
    public Overloaded(String why, Duration retryAfter) {
      super(BUSY + why);
      this.retryAfter = retryAfter;
    }

    /** The bound of a queue is reached: {@link #QUEUE_FULL}. */
    public static Overloaded tooManyPending(Duration retryAfter) {
      return new Overloaded(TOO_MANY_PENDING, retryAfter);
    }

    /** Whole answers that are held leave no room for this one. */
    public static Overloaded tooManyAnswers(Duration retryAfter) {
      return new Overloaded("too many large answers at a time", retryAfter);
    }

    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /** No node takes so large a request. */
  public static final class TooLarge extends InferenceFailure {
    private static final long serialVersionUID = 1L;

    public TooLarge(String message) {
      super(message);
    }
  }

  /** No node that could answer can be reached. */
  public static final class NoNode extends InferenceFailure {
    private static final long serialVersionUID = 1L;
    private final boolean othersCan;

    /** Nobody can, as far as is known. */
    public NoNode(String message) {
      this(message, false);
    }

    /**
     * @param othersCan as in {@link #othersCan()}
     */
    public NoNode(String message, boolean othersCan) {
      super(message);
      this.othersCan = othersCan;
    }

    /**
     * Whether nodes that this request is not for take requests: what it asks for is gone, and the
     * rest of the cluster is not.
     */
    public boolean othersCan() {
      return othersCan;
    }
  }

  /** Nodes were asked and broke, before or in the middle of the answer. */
  public static final class NodeFailed extends InferenceFailure {
    private static final long serialVersionUID = 1L;
    private final String node;

    public NodeFailed(String node, String message) {
      super(message);
      this.node = node;
    }

    /** The last one that was asked. */
    public String node() {
      return node;
    }
  }

  /** Whoever asked went away. */
  public static final class Cancelled extends InferenceFailure {
    private static final long serialVersionUID = 1L;

    public Cancelled() {
      super("request canceled");
    }
  }
}
