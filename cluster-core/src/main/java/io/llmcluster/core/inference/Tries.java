package io.llmcluster.core.inference;

import io.grpc.Status;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.directory.NodeLife;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What one request has tried so far, and what each outcome means for it: whether another node is
 * asked, and which ones may still be.
 *
 * @param most nodes that may be asked, at least 1; those that began nothing are not counted
 * @param used of them so far
 * @param failed lives of nodes that failed this request; they are not asked again
 * @param full lives of nodes that refused since the last wait
 */
record Tries(int most, int used, Set<NodeLife> failed, Set<NodeLife> full) {

  Tries {
    failed = Set.copyOf(failed);
    full = Set.copyOf(full);
  }

  static Tries of(int most) {
    return new Tries(most, 0, Set.of(), Set.of());
  }

  /** Whether the request may be sent there, now or once a slot is free. */
  boolean mayAsk(NodeEntry node) {
    return node.health().takesRequests() && !failed.contains(node.life());
  }

  /** The same as soon as it waits for a slot: whoever was full may not be so any more. */
  Tries waiting() {
    return new Tries(most, used, failed, Set.of());
  }

  /**
   * After a call that failed before its first byte.
   *
   * @param having the nodes that the request is for, as they are now
   * @return how to go on; empty: not at all, whoever asked is told
   */
  Optional<Tries> afterFailure(NodeLife asked, Status status, Collection<NodeEntry> having) {
    if (CallStatus.isFull(status)) {
      return Optional.of(new Tries(most, used, failed, with(full, asked)));
    }
    // What was not begun counts as no attempt: all nodes of a lost member may fail so, one after
    // the other. A node that is lost comes back elsewhere, so another one need not be known yet.
    if (CallStatus.startedNothing(status)) {
      return Optional.of(withFailed(asked, 0));
    }
    if (CallStatus.isNoRoomForAnswer(status)) {
      return Optional.empty(); // the model has run; the client shall come again when there is room
    }
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return Optional.empty(); // it has passed for every node
    }
    boolean another =
        status.getCode() == Status.Code.UNAVAILABLE
            ? used + 1 < most
            : knowsAnother(asked, having, 1);
    return another ? Optional.of(withFailed(asked, 1)) : Optional.empty();
  }

  /**
   * After an answer of which nothing has reached the client.
   *
   * @param status its HTTP status
   * @param having as in {@link #afterFailure}
   * @return how to better it; empty: it is the answer
   */
  Optional<Tries> afterAnswer(NodeLife asked, int status, Collection<NodeEntry> having) {
    int cost = Retry.isAttempt(status) ? 1 : 0;
    return Retry.worthwhile(status) && knowsAnother(asked, having, cost)
        ? Optional.of(withFailed(asked, cost))
        : Optional.empty();
  }

  private boolean knowsAnother(NodeLife asked, Collection<NodeEntry> having, int cost) {
    return used + cost < most
        && having.stream().anyMatch(node -> !node.life().equals(asked) && mayAsk(node));
  }

  private Tries withFailed(NodeLife asked, int cost) {
    return new Tries(most, used + cost, with(failed, asked), full);
  }

  private static Set<NodeLife> with(Set<NodeLife> some, NodeLife one) {
    Set<NodeLife> all = new HashSet<>(some);
    all.add(one);
    return all;
  }
}
