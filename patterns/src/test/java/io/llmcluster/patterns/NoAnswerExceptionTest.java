package io.llmcluster.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class NoAnswerExceptionTest {

  private static String join(CompletionStage<String> answer) {
    return NoAnswerException.ifLate(answer).toCompletableFuture().join();
  }

  @Test
  void an_answer_that_is_late_fails_with_what_may_be_the_reason() {
    TimeoutException late = new TimeoutException("Ask timed out on [Actor[x]]");
    for (Throwable failure : new Throwable[] {late, new CompletionException(late)}) {
      assertThatThrownBy(() -> join(CompletableFuture.failedStage(failure)))
          .hasCauseInstanceOf(NoAnswerException.class)
          .hasMessageContaining("its member or the store may be away, or the store's disk full")
          .message()
          .doesNotContain("Actor[");
    }
  }

  @Test
  void every_other_answer_stays_as_it_is() {
    assertThat(join(CompletableFuture.completedStage("done"))).isEqualTo("done");
    IllegalStateException defect = new IllegalStateException("a defect");
    assertThatThrownBy(() -> join(CompletableFuture.failedStage(defect))).hasCause(defect);
  }
}
