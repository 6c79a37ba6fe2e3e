package io.llmcluster.node;

import io.llmcluster.core.directory.BackendKind;
import io.llmcluster.core.directory.NodeHealth;
import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.node.backend.Backend;
import io.llmcluster.node.backend.BackendStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The backend that a node stands before, and how it is, as looks at it find it; one look at a time.
 * Not thread-safe; {@link NodeActor} owns it.
 */
final class BackendWatch {

  /** Looks in trouble before the first one that finds out anew what answers. */
  private static final int DETECT_AFTER = 2;

  /** Looks in trouble from one such to the next: each costs up to three requests. */
  private static final int DETECT_EVERY = 10;

  private final NodeSpec spec;
  private final Backends backends;
  private @Nullable Backend backend;
  private BackendStatus status = BackendStatus.trouble(NodeHealth.STARTING, "not looked at yet");
  private int troubles;

  /** What the last detection found instead of the known one; a second one in a row is believed. */
  private @Nullable BackendKind suspected;

  private boolean looking;
  private boolean detecting;
  private boolean lookAgain;
  private CompletionStage<Backends.Found> lookUnderWay = new CompletableFuture<>();

  BackendWatch(NodeSpec spec, Backends backends) {
    this.spec = spec;
    this.backends = backends;
  }

  /** Null until a look has found out what answers there. */
  @Nullable Backend backend() {
    return backend;
  }

  BackendStatus status() {
    return status;
  }

  boolean takesRequests() {
    return backend != null && status.health().takesRequests();
  }

  /** Begins a look; empty if one is under way. What it comes to is for {@link #looked}. */
  Optional<CompletionStage<Backends.Found>> look() {
    if (looking) {
      return Optional.empty();
    }
    looking = true;
    detecting = mayBeAnother();
    try {
      lookUnderWay = backends.look(spec, detecting ? null : backend);
    } catch (RuntimeException failure) {
      lookUnderWay = CompletableFuture.failedStage(failure);
    }
    return Optional.of(lookUnderWay);
  }

  /** Whether a server of another kind may have taken the place of the one that was found. */
  private boolean mayBeAnother() {
    return spec.backend() == BackendKind.AUTO
        && backend != null
        && !status.health().takesRequests()
        && (suspected != null || troubles % DETECT_EVERY == DETECT_AFTER);
  }

  /** The same after a change: a look that is under way may have seen what was before it. */
  Optional<CompletionStage<Backends.Found>> lookAfterChange() {
    lookAgain = looking;
    return look();
  }

  /** The look has ended. */
  void looked(Backends.Found found) {
    looking = false;
    if (detecting && found.backend() == null) {
      suspected = null;
      troubles++; // nothing else answers there; how the one that was found is, it knows best
      return;
    }
    if (found.backend() != null && !isBelieved(found.backend())) {
      found.backend().close();
      troubles++;
      return;
    }
    if (found.backend() != null) {
      become(found.backend());
    }
    troubles = found.status().health().takesRequests() ? 0 : troubles + 1;
    status = HealthRule.next(status, found.status(), troubles);
  }

  /**
   * A server that is only starting, behind a proxy perhaps, can answer some paths before others and
   * look like another kind for a moment.
   */
  private boolean isBelieved(Backend found) {
    BackendKind before = suspected;
    boolean another = detecting && backend != null && backend.kind() != found.kind();
    suspected = another && before != found.kind() ? found.kind() : null;
    return suspected == null;
  }

  /** One of the same kind that was found anew is the one that was known, and that has calls. */
  private void become(Backend found) {
    Backend before = backend;
    if (detecting && before != null && before.kind() == found.kind()) {
      found.close();
      lookAgain = true; // it knows its models by its own looks
      return;
    }
    backend = found;
    if (before != null && before != found) {
      before.close();
    }
  }

  /** Whether another look has to begin at once; asking forgets it. */
  boolean lookAgain() {
    boolean again = lookAgain;
    lookAgain = false;
    return again;
  }

  /** Whether the last look failed, and is forgiven until another one has failed. */
  boolean isInDoubt() {
    return troubles > 0 && status.health().takesRequests();
  }

  /** Its node's actor fails. */
  void failed(String reason) {
    status = BackendStatus.trouble(NodeHealth.BROKEN, reason);
  }

  /** A look that is still under way may bring a backend that nobody has yet. */
  void close() {
    if (backend != null) {
      backend.close();
    }
    lookUnderWay.thenAccept(
        found -> {
          if (found.backend() != null) {
            found.backend().close();
          }
        });
  }
}
