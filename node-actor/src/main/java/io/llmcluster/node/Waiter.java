package io.llmcluster.node;

import io.llmcluster.core.directory.SlotOffer;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Who waits for a slot of a node. */
sealed interface Waiter {

  /**
   * A call that runs as soon as it has its slot.
   *
   * @param caller tells it from others
   * @param reply hears what became of it
   */
  record Call(Object caller, Consumer<NodeActor.Acquired> reply) implements Waiter {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Call call && call.caller.equals(caller);
    }

    @Override
    public int hashCode() {
      return caller.hashCode();
    }
  }

  /** A gateway that sends a call when it is offered a slot. */
  record Gateway(long ticket, ActorRef<SlotOffer> replyTo) implements Waiter {}
}
