package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.llmcluster.core.directory.ModelSpeed;
import io.llmcluster.node.CallOutcome.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class AveragesTest {

  private final Averages averages = new Averages();

  private void answered(String model, double firstByteMillis, double tokensPerSecond) {
    averages.record(new CallOutcome(model, Verdict.ANSWERED, firstByteMillis, tokensPerSecond));
  }

  private void failed() {
    averages.record(new CallOutcome("m", Verdict.NODE_FAILED, -1, -1));
  }

  private ModelSpeed speed() {
    return averages.byModel().getOrDefault("m:latest", new ModelSpeed(0, 0, 0, 0));
  }

  @Test
  void every_spelling_of_a_model_is_one_model() {
    answered("m", 100, 10);
    answered("M:latest", 100, 10);
    answered("library/m", 100, 10);
    assertThat(averages.byModel()).containsOnlyKeys("m:latest");
    assertThat(speed().calls()).isEqualTo(3);
  }

  @Test
  void the_newest_call_counts_a_fifth() {
    answered("m", 100, 10);
    answered("m", 200, 20);
    assertThat(speed().firstTokenMillis()).isEqualTo(120, within(1e-9));
    assertThat(speed().tokensPerSecond()).isEqualTo(12, within(1e-9));
  }

  @Test
  void what_was_not_measured_changes_no_average() {
    answered("m", -1, -1);
    assertThat(speed()).isEqualTo(new ModelSpeed(0, 0, 0, 1));
    answered("m", 100, 10);
    answered("m", -1, -1);
    assertThat(speed()).isEqualTo(new ModelSpeed(100, 10, 0, 3));
  }

  @Test
  void failures_weigh_less_with_each_call_and_each_look_that_goes_well() {
    failed();
    assertThat(averages.failureRate()).isEqualTo(0.2, within(1e-9));
    answered("m", 100, 10);
    assertThat(averages.failureRate()).isEqualTo(0.16, within(1e-9));
    for (int look = 0; look < 20; look++) {
      averages.sawHealthy();
    }
    assertThat(averages.failureRate()).isZero();
  }

  @Test
  void a_caller_who_left_is_not_counted() {
    averages.record(new CallOutcome("m", Verdict.LEFT, 100, 10));
    assertThat(averages.byModel()).isEmpty();
  }

  @Test
  void the_model_that_was_used_longest_ago_is_forgotten_beyond_200() {
    for (int i = 0; i < 200; i++) {
      answered("m" + i, 1, 1);
    }
    answered("m0", 1, 1);
    answered("one-more", 1, 1);
    assertThat(averages.byModel())
        .hasSize(200)
        .containsKeys("m0:latest", "one-more:latest")
        .doesNotContainKey("m1:latest");
  }

  @Test
  void a_call_that_its_caller_ended_does_not_count() {
    answered("m", 100, 10);
    for (Verdict verdict : List.of(Verdict.LEFT, Verdict.OVERDUE)) {
      averages.record(new CallOutcome("m", verdict, 5_000, 1));
    }
    assertThat(averages.failureRate()).isZero();
    assertThat(speed()).isEqualTo(new ModelSpeed(100, 10, 0, 1));
  }
}
