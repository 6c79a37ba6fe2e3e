package io.llmcluster.node;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The nodes that this member stands for, by name; read by every call, written by {@link NodeHost}.
 */
public final class LocalNodes {

  private final Map<String, ActorRef<NodeActor.Command>> byName = new ConcurrentHashMap<>();

  /**
   * @param name empty: the only one
   */
  Optional<ActorRef<NodeActor.Command>> find(String name) {
    if (name.isEmpty()) {
      return byName.size() == 1 ? byName.values().stream().findFirst() : Optional.empty();
    }
    return Optional.ofNullable(byName.get(name));
  }

  void put(String name, ActorRef<NodeActor.Command> node) {
    byName.put(name, node);
  }

  void removeStopped(ActorRef<?> node) {
    byName.values().removeIf(running -> running.path().equals(node.path()));
  }
}
