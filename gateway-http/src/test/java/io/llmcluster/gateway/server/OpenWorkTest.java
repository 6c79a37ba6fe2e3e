package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.junit.jupiter.api.Test;

class OpenWorkTest {

  private final OpenWork work = new OpenWork();

  @Test
  void an_idle_server_has_drained_at_once() {
    assertThat(work.drain().toCompletableFuture()).isCompleted();
    assertThat(work.isDraining()).isTrue();
  }

  @Test
  void draining_waits_for_all_that_was_begun() {
    Runnable one = work.begin();
    Runnable two = work.begin();
    CompletableFuture<Done> drained = work.drain().toCompletableFuture();
    one.run();
    assertThat(drained).isNotDone();
    two.run();
    assertThat(drained).isCompleted();
  }

  @Test
  void work_that_ends_before_the_stop_says_nothing_of_it() {
    work.begin().run();
    work.begin();
    CompletableFuture<Done> drained = work.drain().toCompletableFuture();
    assertThat(drained).isNotDone();
  }

  @Test
  void what_ends_twice_counts_once() {
    Runnable one = work.begin();
    work.begin();
    CompletableFuture<Done> drained = work.drain().toCompletableFuture();
    one.run();
    one.run();
    assertThat(drained).isNotDone();
  }
}
