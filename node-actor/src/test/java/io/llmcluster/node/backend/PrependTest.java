package io.llmcluster.node.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PrependTest {

  private static final ActorTestKit KIT = ActorTestKit.create();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void the_element_comes_first_and_then_the_rest() throws Exception {
    for (List<Integer> rest : List.of(List.<Integer>of(), List.of(2), List.of(2, 3))) {
      List<Integer> all =
          Source.from(rest)
              .via(new Prepend<>(1))
              .runWith(Sink.seq(), KIT.system())
              .toCompletableFuture()
              .get(5, TimeUnit.SECONDS);
      assertThat(all).startsWith(1).hasSize(rest.size() + 1);
    }
  }

  @Test
  void the_element_is_delivered_although_the_rest_has_failed() {
    List<Integer> seen = new CopyOnWriteArrayList<>();
    assertThatThrownBy(
            () ->
                Source.<Integer>failed(new BackendException.Aborted("gone"))
                    .via(new Prepend<>(1))
                    .runForeach(seen::add, KIT.system())
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS))
        .hasRootCauseMessage("gone");
    assertThat(seen).containsExactly(1);
  }
}
