package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {

  private final OpenConnections connections = new OpenConnections();
  private final List<String> asked = new ArrayList<>();

  @Test
  void a_server_without_connections_has_drained_at_once() {
    assertThat(connections.drain().toCompletableFuture()).isCompleted();
  }

  @Test
  void draining_asks_every_connection_and_waits_for_the_last() {
    connections.opened("one", () -> asked.add("one"));
    connections.opened("two", () -> asked.add("two"));
    connections.opened("gone", () -> asked.add("gone"));
    connections.closed("gone");
    assertThat(asked).isEmpty();
    CompletableFuture<Done> drained = connections.drain().toCompletableFuture();
    assertThat(asked).containsExactlyInAnyOrder("one", "two");
    connections.closed("one");
    connections.closed("one");
    assertThat(drained).isNotDone();
    connections.closed("two");
    assertThat(drained).isCompleted();
  }

  @Test
  void one_that_opens_while_the_server_drains_is_asked_at_once() {
    connections.opened("one", () -> asked.add("one"));
    connections.drain();
    connections.opened("late", () -> asked.add("late"));
    assertThat(asked).containsExactly("one", "late");
  }
}
