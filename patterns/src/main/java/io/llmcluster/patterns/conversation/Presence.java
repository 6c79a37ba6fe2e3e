package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.conversation.ConversationState.Deleted;
import io.llmcluster.patterns.workflow.Watchers;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * Whether one conversation's actor stays in memory. Sharding remembers whatever was told something,
 * so what is not there, or waits, has to leave; from then on it costs nothing.
 *
 * @param self the actor
 * @param shard that lets it go
 * @param watchers for whom it stays
 */
record Presence(
    ActorRef<ConversationCommand> self,
    ActorRef<ClusterSharding.ShardCommand> shard,
    Alarms alarms,
    Watchers watchers) {

  /** Makes it fit what is recorded. */
  void follow(ConversationState state) {
    if (state instanceof Deleted) {
      leave();
    } else {
      alarms.idle(state.works());
    }
  }

  /** Nothing has happened for a while. */
  void onIdle(ConversationState state) {
    if (watchers.anyNow(System.nanoTime())) {
      follow(state);
    } else if (!state.works()) {
      leave();
    }
  }

  void leave() {
    shard.tell(new ClusterSharding.Passivate<>(self));
  }
}
