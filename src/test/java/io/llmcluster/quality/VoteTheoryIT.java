package io.llmcluster.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.ScriptedBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Voters of known accuracy, asked through the API of a real member: their majority is right as
 * often as the binomial says. The same seeds make the same votes each time.
 */
class VoteTheoryIT {

  private static final double ACCURACY = 0.7;
  private static final int VOTERS = 5;
  private static final int QUESTIONS = Integer.getInteger("quality.questions", 300);

  /** One right program in 15,000 sets of questions is further off. */
  private static final double SIGMAS = 4;

  private final List<Question> questions = Questions.yesNo(QUESTIONS, 3);
  private final Map<String, Question> byText =
      questions.stream().collect(Collectors.toMap(Question::text, Function.identity()));

  @Test
  void a_majority_is_right_as_often_as_the_binomial_says() {
    try (ScriptedBackend backend = ScriptedBackend.start("voters", this::vote, "voter");
        MemberProcess member = MemberProcess.start("nodes=[" + backend.node(64) + "]")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> member.gateway().node("voters").path("health").asText().equals("up"));
      Asking asking = new Asking(member.gateway(), 64, 16);
      Score single = asking.all(Way.alone("voter"), questions);
      Score vote = asking.all(Way.vote("majority of " + VOTERS, "voter", VOTERS), questions);
      System.out.println("measured: " + Score.heading());
      System.out.println("measured: " + single.line(single));
      System.out.println("measured: " + vote.line(single));
      System.out.printf("measured: theory %.1f%% and %.1f%%%n", 100 * ACCURACY, 100 * theory());
      assertIsNear(single.accuracy(), ACCURACY);
      assertIsNear(vote.accuracy(), theory());
      assertThat(vote.accuracy()).isGreaterThan(single.accuracy());
      assertThat(vote.failed()).isZero();
      // a vote that is decided asks nobody any more
      assertThat(vote.calls()).isBetween(3L * QUESTIONS, (long) VOTERS * QUESTIONS);
    }
  }

  private static void assertIsNear(double measured, double theory) {
    double error = Math.sqrt(theory * (1 - theory) / QUESTIONS);
    assertThat(measured).isBetween(theory - SIGMAS * error, theory + SIGMAS * error);
  }

  private void vote(ScriptedBackend.Asked asked) {
    String prompt = asked.body().path("messages").toString();
    Question question =
        byText.values().stream()
            .filter(one -> prompt.contains(one.text()))
            .findFirst()
            .orElseThrow();
    Random random = new Random(31L * question.text().hashCode() + asked.step().hashCode());
    random.nextDouble(); // seeds that are near each other begin near each other
    boolean right = random.nextDouble() < ACCURACY;
    boolean yes = right == question.truth().equals("yes");
    asked.answer("I have compared them.\nAnswer: " + (yes ? "yes" : "no") + "\nConfidence: 0.8");
  }

  /** More than half of the voters are right. */
  private static double theory() {
    return IntStream.rangeClosed(VOTERS / 2 + 1, VOTERS)
        .mapToDouble(
            right ->
                ways(right) * Math.pow(ACCURACY, right) * Math.pow(1 - ACCURACY, VOTERS - right))
        .sum();
  }

  private static double ways(int right) {
    double ways = 1;
    for (int i = 1; i <= right; i++) {
      ways = ways * (VOTERS - right + i) / i;
    }
    return ways;
  }
}
