package io.llmcluster.node;

import io.llmcluster.core.directory.NodeSpec;
import io.llmcluster.core.directory.SlotCommand;
import io.llmcluster.core.directory.SlotOffer;
import io.llmcluster.node.NodeActor.Acquire;
import io.llmcluster.node.NodeActor.Acquired;
import io.llmcluster.node.backend.Backend;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A node's slots, and the answers to those who want one. Not thread-safe; {@link NodeActor} owns
 * it.
 */
final class NodeSlots {

  private final NodeSpec spec;
  private final NodeSettings settings;
  private final Admission<Waiter> admission;
  private final Parallelism parallelism = new Parallelism(System.nanoTime());

  /**
   * @param firstSlot as in {@link Admission}
   */
  NodeSlots(NodeSpec spec, NodeSettings settings, long firstSlot) {
    this.spec = spec;
    this.settings = settings;
    this.admission =
        new Admission<>(wanted(0), settings.queueSize(), settings.slotKept().toNanos(), firstSlot);
  }

  /** Answers now, or lets the call wait. */
  void acquire(Acquire acquire, Backend backend) {
    long slot =
        acquire.slot() != Admission.NONE && admission.use(acquire.slot())
            ? acquire.slot()
            : admission.take();
    if (slot != Admission.NONE) {
      acquire.reply().accept(new Acquired.Granted(slot, backend));
    } else if (acquire.refuseWhenBusy()
        || !admission.enqueue(new Waiter.Call(acquire.caller(), acquire.reply()))) {
      acquire.reply().accept(new Acquired.Full());
    }
  }

  /** Of a call that the node cannot take. */
  void refuse(Acquire acquire, Acquired.Unavailable why) {
    admission.giveBack(acquire.slot());
    acquire.reply().accept(why);
  }

  void leave(Object caller) {
    admission.leaveIf(waiter -> waiter instanceof Waiter.Call call && call.caller().equals(caller));
  }

  /** False if too many wait; the gateway has been told. */
  boolean claim(SlotCommand.Claim claim) {
    boolean waits = admission.enqueue(new Waiter.Gateway(claim.ticket(), claim.replyTo()));
    if (!waits) {
      refuse(claim);
    }
    return waits;
  }

  void refuse(SlotCommand.Claim claim) {
    claim.replyTo().tell(new SlotOffer(spec.name(), claim.ticket(), SlotOffer.REFUSED));
  }

  void withdraw(SlotCommand.Withdraw withdraw) {
    admission.leave(new Waiter.Gateway(withdraw.ticket(), withdraw.replyTo()));
  }

  void giveBack(long slot) {
    admission.giveBack(slot);
  }

  void gatewayGone(ActorRef<?> replyTo) {
    admission.leaveIf(
        waiter ->
            waiter instanceof Waiter.Gateway gateway
                && gateway.replyTo().path().equals(replyTo.path()));
  }

  void streamStarted(long slot) {
    parallelism.started(slot, System.nanoTime());
  }

  void streamBegun(long slot) {
    parallelism.firstByte(slot, admission.active(), System.nanoTime());
  }

  void release(long slot) {
    admission.release(slot);
    parallelism.ended(slot, System.nanoTime());
  }

  void expire() {
    admission.expire(System.nanoTime());
  }

  /** Gives what is free to who waits. */
  void grant(Backend backend) {
    for (Admission.Grant<Waiter> grant : admission.grant(System.nanoTime())) {
      if (grant.waiter() instanceof Waiter.Gateway gateway) {
        gateway.replyTo().tell(new SlotOffer(spec.name(), gateway.ticket(), grant.slot()));
      } else if (grant.waiter() instanceof Waiter.Call call) {
        admission.use(grant.slot());
        call.reply().accept(new Acquired.Granted(grant.slot(), backend));
      }
    }
  }

  /** Nobody who waits gets a slot any more. */
  void dismiss(Acquired.Unavailable why) {
    for (Waiter waiter : admission.dismiss()) {
      if (waiter instanceof Waiter.Gateway gateway) {
        gateway.replyTo().tell(new SlotOffer(spec.name(), gateway.ticket(), SlotOffer.REFUSED));
      } else if (waiter instanceof Waiter.Call call) {
        call.reply().accept(why);
      }
    }
  }

  /**
   * @param parallel requests that the backend says it runs at a time; 0: it does not say
   */
  void backendSays(int parallel) {
    admission.setCapacity(wanted(parallel));
  }

  /**
   * What the operator said of this node, else what the backend says, else what the operator said of
   * all, else what was learned.
   */
  private int wanted(int parallel) {
    if (spec.concurrency() > 0) {
      return spec.concurrency();
    }
    if (parallel > 0) {
      return parallel;
    }
    return settings.concurrency() > 0
        ? settings.concurrency()
        : parallelism.slots(System.nanoTime());
  }

  int active() {
    return admission.active();
  }

  int waiting() {
    return admission.waiting();
  }

  int capacity() {
    return admission.capacity();
  }
}
