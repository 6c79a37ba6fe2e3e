package io.llmcluster.patterns.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Voters that are right with a known probability, independently of each other: their majority has
 * to be right as often as Condorcet's jury theorem says.
 */
class EnsembleTheoryTest {

  private static final int ITEMS = 3000;

  /** Deviations from theory that are allowed: one run in 15,000 of a right program has more. */
  private static final double SIGMAS = 4;

  @ParameterizedTest
  @CsvSource({"3,0.6", "5,0.6", "7,0.6", "3,0.8", "5,0.4", "8,0.7"})
  void a_majority_is_right_as_often_as_the_binomial_says(int voters, double accuracy) {
    double theory = majorityIsRight(voters, accuracy);
    double error = Math.sqrt(theory * (1 - theory) / ITEMS);
    double measured = measured(voters, accuracy, new Random(7), "majority");
    assertThat(Math.abs(measured - theory)).isLessThan(SIGMAS * error);
    // the test can fail: a single voter is too far off to be taken for the ensemble
    assertThat(Math.abs(accuracy - theory)).isGreaterThan(SIGMAS * error);
  }

  /** All say the same about their confidence, so that the weights change nothing. */
  @ParameterizedTest
  @CsvSource({"5,0.7"})
  void weights_that_are_equal_are_a_majority(int voters, double accuracy) {
    double theory = majorityIsRight(voters, accuracy);
    double error = Math.sqrt(theory * (1 - theory) / ITEMS);
    assertThat(measured(voters, accuracy, new Random(11), "weighted"))
        .isBetween(theory - SIGMAS * error, theory + SIGMAS * error);
  }

  /** Share of items, each with one right and one wrong answer, that the ensemble gets right. */
  private static double measured(int voters, double accuracy, Random random, String rule) {
    int right = 0;
    for (int item = 0; item < ITEMS; item++) {
      boolean truth = random.nextBoolean();
      boolean[] correct = new boolean[voters];
      for (int voter = 0; voter < voters; voter++) {
        correct[voter] = random.nextDouble() < accuracy;
      }
      Simulation played =
          Simulation.of(
                  Play.ENSEMBLE,
                  "{'prompt':'Item?','answers':'yesno','models':['voter'],'tieBreak':'seeded',"
                      + "'samplesPerModel':"
                      + voters
                      + ",'rule':'"
                      + rule
                      + "','seed':"
                      + item
                      + "}",
                  Simulation.cast("voter"),
                  (step, messages) -> says(correct[voter(step)] == truth))
              .play();
      right += played.answered().answer().equals(truth ? "yes" : "no") ? 1 : 0;
    }
    return (double) right / ITEMS;
  }

  private static int voter(StepSpec step) {
    return Integer.parseInt(step.lane().substring(2)) - 1;
  }

  private static String says(boolean yes) {
    return (yes ? "Answer: yes" : "I think the answer is no.") + "\nConfidence: 0.8";
  }

  /** More than half are right; half of the ties go the right way. */
  private static double majorityIsRight(int voters, double accuracy) {
    return IntStream.rangeClosed(0, voters)
        .mapToDouble(
            right -> {
              double share = 2 * right > voters ? 1 : 2 * right == voters ? 0.5 : 0;
              return share
                  * binomial(voters, right)
                  * Math.pow(accuracy, right)
                  * Math.pow(1 - accuracy, voters - right);
            })
        .sum();
  }

  private static double binomial(int n, int k) {
    double ways = 1;
    for (int i = 1; i <= k; i++) {
      ways = ways * (n - k + i) / i;
    }
    return ways;
  }
}
