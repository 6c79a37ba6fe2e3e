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
    work.begin();
    work.begin();
    CompletableFuture<Done> drained = work.drain().toCompletableFuture();
    work.end();
    assertThat(drained).isNotDone();
    work.end();
    assertThat(drained).isCompleted();
  }

  @Test
  void work_that_ends_before_the_stop_says_nothing_of_it() {
    work.begin();
    work.end();
    work.begin();
    CompletableFuture<Done> drained = work.drain().toCompletableFuture();
    assertThat(drained).isNotDone();
  }

  @Test
  void a_body_begun_while_its_answer_is_open_keeps_the_server() {
    work.begin();
    CompletableFuture<Done> drained = work.drain().toCompletableFuture();
    work.begin();
    work.end();
    assertThat(drained).isNotDone();
    work.end();
    assertThat(drained).isCompleted();
  }
}
