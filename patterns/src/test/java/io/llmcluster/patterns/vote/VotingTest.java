package io.llmcluster.patterns.vote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VotingTest {

  private static List<Vote> votes(String... answers) {
    List<Vote> votes = new ArrayList<>();
    for (String answer : answers) {
      votes.add(Vote.of("v" + votes.size(), answer));
    }
    return votes;
  }

  private static List<Ballot> ballots(String... rankings) {
    List<Ballot> ballots = new ArrayList<>();
    for (String ranking : rankings) {
      String[] countAndOrder = ranking.split(":");
      for (int i = 0; i < Integer.parseInt(countAndOrder[0]); i++) {
        ballots.add(new Ballot("j" + ballots.size(), List.of(countAndOrder[1].split(""))));
      }
    }
    return ballots;
  }

  @Test
  void the_majority_leads_and_what_cannot_be_read_weighs_nothing() {
    List<Vote> votes = votes("a", "b", "a", "", "");
    Tally tally = Tally.of(votes);
    assertThat(tally.leaders()).containsExactly("a");
    assertThat(tally.weights()).containsExactly(Map.entry("a", 2.0), Map.entry("b", 1.0));
    assertThat(tally.share("a")).isEqualTo(2.0 / 3);
    assertThat(Tally.dissent(votes, "a")).containsExactly("v1");
  }

  @Test
  void equal_sums_are_a_tie_whatever_the_order_of_their_parts() {
    List<Vote> votes =
        List.of(
            new Vote("1", "a", 0.1),
            new Vote("2", "a", 0.2),
            new Vote("3", "a", 0.3),
            new Vote("4", "b", 0.3),
            new Vote("5", "b", 0.2),
            new Vote("6", "b", 0.1));
    assertThat(Tally.of(votes).leaders()).containsExactly("a", "b");
  }

  @Test
  void nobody_leads_when_nothing_could_be_read() {
    assertThat(Tally.of(votes("", "")).leaders()).isEmpty();
    assertThat(Tally.of(votes("", "")).isDecided(0, 0)).isFalse();
    assertThat(Tally.of(List.of()).share("a")).isZero();
  }

  @Test
  void a_vote_is_decided_when_those_still_out_cannot_even_make_a_tie() {
    assertThat(Tally.of(votes("a", "a")).isDecided(1, 0)).isTrue();
    assertThat(Tally.of(votes("a", "a")).isDecided(2, 0)).isFalse();
    assertThat(Tally.of(votes("a", "a", "b")).isDecided(1, 0)).isFalse();
    assertThat(Tally.of(votes("a", "b")).isDecided(0, 0)).isFalse();
  }

  @Test
  void a_vote_is_not_decided_while_the_share_may_still_fall_too_low() {
    assertThat(Tally.of(votes("a", "a")).isDecided(1, 2.0 / 3)).isTrue();
    assertThat(Tally.of(votes("a", "a")).isDecided(1, 0.7)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1.0,1.0", "0.95,0.8", "0.9,0.8", "0.8,0.5", "0.7,0.3", "0.6,0.1", "0,0.1"})
  void confidence_weighs_by_reconciles_buckets(double said, double weight) {
    assertThat(Confidence.weight(OptionalDouble.of(said))).isEqualTo(weight);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Confidence: 0.8|0.8",
        "**Confidence:** 80%|0.8",
        "confidence level is 95 %|0.95",
        "Confidence: 8/10|0.8",
        "Confidence: 80/100|0.8",
        "Confidence: 85|0.85",
        "Confidence: 1|1",
        "Confidence: 0.2 ... Confidence: 0.9|0.9",
        "{\"answer\":\"x\",\"confidence\":0.4}|0.4"
      })
  void confidence_is_read_however_it_is_said(String text, double said) {
    assertThat(Confidence.read(text)).hasValue(said);
  }

  @Test
  void senseless_confidence_is_none() {
    assertThat(Confidence.read("Confidence: 900")).isEmpty();
    assertThat(Confidence.read("{\"confidence\":-1}")).isEmpty();
    assertThat(Confidence.read("high")).isEmpty();
    assertThat(Confidence.weight(OptionalDouble.empty())).isEqualTo(0.1);
  }

  /** The textbook's Tennessee: four cities, the methods disagree. */
  private static final List<Ballot> TENNESSEE = ballots("42:MNCK", "26:NCKM", "15:CKNM", "17:KCNM");

  private static final List<String> CITIES = List.of("M", "N", "C", "K");

  @Test
  void each_method_finds_its_textbook_winner() {
    assertThat(RankedVote.BORDA.count(TENNESSEE, CITIES).weights())
        .isEqualTo(Map.of("N", 194.0, "C", 173.0, "M", 126.0, "K", 107.0));
    assertThat(RankedVote.INSTANT_RUNOFF.count(TENNESSEE, CITIES).leaders()).containsExactly("K");
    assertThat(RankedVote.RANKED_PAIRS.count(TENNESSEE, CITIES).weights())
        .isEqualTo(Map.of("N", 3.0, "C", 2.0, "K", 1.0, "M", 0.0));
  }

  @Test
  void a_cycle_is_cut_at_its_weakest_duel() {
    List<Ballot> cycle = ballots("7:ABC", "6:BCA", "2:CAB", "3:CBA");
    assertThat(RankedVote.RANKED_PAIRS.count(cycle, List.of("A", "B", "C")).leaders())
        .containsExactly("B");
  }

  @Test
  void candidates_that_a_ballot_leaves_out_share_the_places_that_are_left() {
    assertThat(RankedVote.BORDA.count(ballots("1:A"), List.of("A", "B", "C")).weights())
        .isEqualTo(Map.of("A", 2.0, "B", 0.5, "C", 0.5));
  }

  @Test
  void unknown_candidates_on_a_ballot_do_not_count() {
    List<Ballot> ballots = ballots("3:XAB", "1:BA");
    for (RankedVote method : RankedVote.values()) {
      assertThat(method.count(ballots, List.of("A", "B")).leaders()).containsExactly("A");
    }
  }

  @Test
  void one_candidate_and_no_ballot_is_no_trouble() {
    for (RankedVote method : RankedVote.values()) {
      assertThat(method.count(List.of(), List.of("A")).leaders()).containsExactly("A");
      assertThat(method.count(List.of(), List.of("B", "A"), 7, "x").leaders()).isNotEmpty();
    }
  }

  @Test
  void a_drawn_order_depends_on_seed_and_purpose_and_not_on_the_order_of_arrival() {
    List<String> items = IntStream.range(0, 20).mapToObj(i -> "step/" + i).toList();
    List<String> reversed = new ArrayList<>(items);
    java.util.Collections.reverse(reversed);
    assertThat(Seeded.shuffle(1, "x", items)).isEqualTo(Seeded.shuffle(1, "x", reversed));
    assertThat(Seeded.shuffle(1, "x", items)).isNotEqualTo(Seeded.shuffle(2, "x", items));
    assertThat(Seeded.shuffle(1, "x", items)).isNotEqualTo(Seeded.shuffle(1, "y", items));
    assertThat(Seeded.shuffle(1, "x", List.of("a", "b", "c"))).containsExactly("b", "c", "a");
  }

  @Test
  void each_of_the_drawn_is_drawn_equally_often() {
    Map<String, Integer> drawn = new HashMap<>();
    for (long seed = 0; seed < 6000; seed++) {
      drawn.merge(Seeded.pick(seed, "tie", List.of("a", "b", "c")), 1, Integer::sum);
    }
    double deviation = Math.sqrt(6000 * (1 / 3.0) * (2 / 3.0));
    assertThat(drawn.values())
        .allSatisfy(count -> assertThat(Math.abs(count - 2000)).isLessThan((int) (4 * deviation)));
  }

  @Test
  void labels_hide_who_is_who_and_are_found_again_however_a_judge_writes_them() {
    Labels labels = Labels.shuffled(3, "judge", List.of("m1", "m2", "m3"));
    assertThat(labels.labels()).containsExactly("A", "B", "C");
    String second = labels.ids().get("B");
    for (String said : List.of("B", "b", "(B)", "Answer B", "Candidate B.", "**B**")) {
      assertThat(labels.idOf(said)).as(said).hasValue(second);
    }
    for (String said : List.of("", "D", "m1", "AB", "B or C", "the second")) {
      assertThat(labels.idOf(said)).as(said).isEmpty();
    }
    assertThat(labels.idsOf(List.of("B", "X", "b", "A")))
        .containsExactly(second, labels.ids().get("A"));
  }

  @Test
  void more_than_an_alphabet_of_labels_are_still_different() {
    List<String> items = IntStream.range(0, 60).mapToObj(Integer::toString).toList();
    Labels labels = Labels.shuffled(3, "judge", items);
    assertThat(labels.ids()).hasSize(60);
    assertThat(labels.idOf("a2")).hasValue(labels.ids().get("A2"));
  }
}
