package io.llmcluster.patterns.ensemble;

import static io.llmcluster.patterns.ensemble.Play.NOBODY;
import static io.llmcluster.patterns.ensemble.Play.decision;
import static io.llmcluster.patterns.ensemble.Play.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JudgedRulesTest {

  private static final String OPEN = "Write a haiku.";

  private static final Map<String, String> SAYS = Map.of("m1", "bad", "m2", "good", "m3", "fair");

  /** Which label a text bears before a judge. */
  private static String labelOf(String text, String shown) {
    int at = shown.indexOf("\n" + text + "\n");
    int label = shown.lastIndexOf("# Answer ", at) + "# Answer ".length();
    return shown.substring(label, label + 1);
  }

  private static String shown(java.util.List<io.llmcluster.patterns.prompt.ChatMessage> messages) {
    return messages.get(messages.size() - 1).content();
  }

  private static String fool(String shown) {
    return shown.contains("\nbad\n") ? labelOf("bad", shown) : "tie";
  }

  /** Knows that good is better than fair, and fair than bad. */
  private static final Simulation.Model WISE =
      (step, messages) -> {
        String shown = shown(messages);
        String better = shown.contains("\ngood\n") ? "good" : "fair";
        return switch (step.kind() + "/" + step.prompt().template()) {
          case "judge/ensemble/compare" -> "{\"better\":\"" + labelOf(better, shown) + "\"}";
          case "judge/ensemble/rank" ->
              "{\"ranking\":[\""
                  + labelOf("good", shown)
                  + "\",\""
                  + labelOf("fair", shown)
                  + "\",\""
                  + labelOf("bad", shown)
                  + "\"]}";
          case "judge/ensemble/select", "judge/ensemble/tiebreak" ->
              "{\"choice\":\"" + labelOf("good", shown) + "\"}";
          default -> "written";
        };
      };

  @Test
  void an_open_question_is_synthesized_by_a_model_that_is_no_candidate() {
    Simulation played =
        Play.of(
                request(OPEN, ""),
                SAYS,
                (step, messages) -> {
                  assertThat(step.model()).isEqualTo("big");
                  assertThat(messages.get(0).content())
                      .contains("bad", "good", "fair", "# Answer C")
                      .doesNotContain("m1", "End with a line");
                  assertThat(shown(messages)).isEqualTo(OPEN);
                  return "written";
                })
            .play();
    assertThat(played.answered()).isEqualTo(Plan.answer("written").end());
    assertThat(played.order()).hasSize(4);
    assertThat(decision(played, "synthesize").chosen()).isEqualTo("synthesize/1");
  }

  @Test
  void in_a_second_layer_every_voice_reads_the_first() {
    Simulation played = Play.of(request(OPEN, "'layers':2"), SAYS, WISE).play();
    assertThat(played.order())
        .containsExactly(
            "candidate/1.1",
            "candidate/2.1",
            "candidate/3.1",
            "layer2/1.1",
            "layer2/2.1",
            "layer2/3.1",
            "synthesize/2");
    assertThat(played.answered().answer()).isEqualTo("written");
  }

  @Test
  void a_failed_synthesis_gives_one_of_the_answers_and_says_so() {
    Simulation played = Play.of(request(OPEN, ""), SAYS, (step, messages) -> null).play();
    assertThat(played.answered().answer()).isIn("bad", "good", "fair");
    assertThat(played.answered().notes())
        .containsExactly("no synthesis, so one of the answers is taken: scripted failure");
  }

  @Test
  void a_judge_compares_each_pair_in_both_orders() {
    Simulation played = Play.of(request(OPEN, "'rule':'judge'"), SAYS, WISE).play();
    assertThat(played.order())
        .hasSize(3 + 6)
        .contains("judge/1/1.1-2.1", "judge/1/2.1-1.1", "judge/1/3.1-2.1");
    assertThat(played.answered().answer()).isEqualTo("good");
    assertThat(decision(played, "judge").tally())
        .isEqualTo(Map.of("candidate/2.1", 2.0, "candidate/3.1", 1.0, "candidate/1.1", 0.0));
    assertThat(decision(played, "judge").agreement()).isEqualTo(1);
  }

  @Test
  void a_judge_that_always_likes_the_first_place_decides_nothing() {
    Simulation played =
        Play.of(
                request(OPEN, "'rule':'judge','tieBreak':'seeded'"),
                SAYS,
                (step, messages) -> "{\"better\":\"A\"}")
            .play();
    assertThat(decision(played, "judge").tally().values()).containsOnly(1.0);
    assertThat(decision(played, "judge").detail().path("changedWithTheOrder").asInt()).isEqualTo(3);
    assertThat(decision(played, "judge").detail().path("tieBreak").asText()).isEqualTo("seed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ranked", "select", "judge", "panel", "synthesize"})
  void who_judges_is_not_told_whose_answer_it_is_and_judges_without_chance(String rule) {
    Set<String> orders = new HashSet<>();
    for (int seed = 0; seed < 8; seed++) {
      Play.of(
              request(OPEN, "'seed':" + seed + ",'rule':'" + rule + "'"),
              SAYS,
              (step, messages) -> {
                String shown = messages.toString();
                assertThat(shown).doesNotContain("m1", "m2", "m3", "candidate/");
                assertThat(step.options()).containsEntry("temperature", 0.0);
                orders.add(shown);
                return WISE.answer(step, messages);
              })
          .play();
    }
    assertThat(orders).as("the seed shuffles them").hasSizeGreaterThan(2);
  }

  @Test
  void a_panel_outvotes_its_fool() {
    Simulation played =
        Play.of(
                request(OPEN, "'rule':'panel','judges':['j1','j2','fool']"),
                SAYS,
                (step, messages) ->
                    step.model().equals("fool")
                        ? "{\"better\":\"" + fool(shown(messages)) + "\"}"
                        : WISE.answer(step, messages))
            .play();
    assertThat(played.order()).hasSize(3 + 18);
    for (int judge = 1; judge <= 3; judge++) {
      for (String pair : List.of("1.1-2.1", "1.1-3.1", "2.1-3.1")) {
        String reversed = pair.replaceAll("(.*)-(.*)", "$2-$1");
        assertThat(played.order())
            .contains("panel/" + judge + "/" + pair, "panel/" + judge + "/" + reversed);
      }
    }
    assertThat(played.answered().answer()).isEqualTo("good");
    assertThat(decision(played, "panel").agreement()).isLessThan(1);
  }

  @Test
  void judges_rank_and_a_ranking_of_unknown_labels_is_asked_for_again_and_then_left_out() {
    Simulation played =
        Play.of(
                request(OPEN, "'rule':'ranked','judges':['j1','j2','fool']"),
                SAYS,
                (step, messages) ->
                    step.model().equals("fool")
                        ? "{\"ranking\":[\"X\"]}"
                        : WISE.answer(step, messages))
            .play();
    assertThat(played.order()).contains("rank/3/repair2");
    assertThat(played.answered().answer()).isEqualTo("good");
    assertThat(played.answered().notes()).containsExactly("2 of 3 rankings could be used");
    assertThat(decision(played, "ranked").tally())
        .isEqualTo(Map.of("candidate/2.1", 4.0, "candidate/3.1", 2.0, "candidate/1.1", 0.0));
  }

  @Test
  void every_way_to_count_rankings_finds_who_all_put_first() {
    for (String by : new String[] {"borda", "instant-runoff", "ranked-pairs"}) {
      String fields = "'rule':'ranked','rankedBy':'" + by + "'";
      assertThat(Play.of(request(OPEN, fields), SAYS, WISE).play().answered().answer())
          .isEqualTo("good");
    }
  }

  @Test
  void one_candidate_is_selected_word_for_word() {
    Simulation played = Play.of(request(OPEN, "'rule':'select'"), SAYS, WISE).play();
    assertThat(played.answered()).isEqualTo(Plan.answer("good").end());
    assertThat(played.order()).hasSize(4);
  }

  @Test
  void candidates_that_say_the_same_need_no_judge() {
    Map<String, String> same = Map.of("m1", "same", "m2", "same ", "m3", "same");
    for (Rule rule : Rule.values()) {
      if (!rule.isVote()) {
        String fields = "'rule':'" + rule.wire() + "'";
        Simulation played = Play.of(request(OPEN, fields), same, NOBODY).play();
        assertThat(played.answered().answer()).isEqualTo("same");
        assertThat(decision(played, rule.wire()).agreement()).isEqualTo(1);
      }
    }
  }

  @Test
  void an_answer_that_the_verification_objects_to_is_given_with_the_objection() {
    String fields = "'rule':'select','verify':true";
    Simulation played =
        Play.of(
                request(OPEN, fields),
                SAYS,
                (step, messages) ->
                    step.kind().equals("verify")
                        ? "{\"correct\":false,\"problem\":\"no haiku\"}"
                        : WISE.answer(step, messages))
            .play();
    assertThat(played.answered().answer()).isEqualTo("good");
    assertThat(played.answered().notes()).containsExactly("the verification objects: no haiku");
  }
}
