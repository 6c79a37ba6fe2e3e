package io.llmcluster.patterns.ensemble;

import static io.llmcluster.patterns.ensemble.Play.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.patterns.program.Plan;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnsembleTroubleTest {

  private static final Map<String, String> DIFFERENT =
      Map.of("m1", "Answer: 4", "m2", "Answer: 5", "m3", "Answer: 6");

  private static String fields(Rule rule) {
    return "'rule':'" + rule.wire() + "','verify':true,'layers':2";
  }

  private static final Simulation.Model JUDGE =
      (step, messages) ->
          switch (step.kind()) {
            case "verify" -> "{\"correct\":true}";
            case "synthesis" -> "written";
            default -> "{\"better\":\"B\",\"choice\":\"B\",\"ranking\":[\"B\",\"A\",\"C\"]}";
          };

  @ParameterizedTest
  @EnumSource(Rule.class)
  void wherever_the_budget_ends_the_run_ends_with_what_there_is(Rule rule) {
    int undisturbed =
        Play.of(request("2 + 2?", fields(rule)), DIFFERENT, JUDGE).play().order().size();
    for (int calls = 0; calls <= undisturbed; calls++) {
      for (boolean reversed : new boolean[] {false, true}) {
        Simulation simulation =
            Play.of(request("2 + 2?", fields(rule)), DIFFERENT, JUDGE).budget(calls);
        Simulation played = (reversed ? simulation.lastFirst() : simulation).play();
        assertThat(played.order()).hasSize(calls);
        if (played.end() instanceof Plan.End.Answered answered) {
          assertThat(answered.answer()).isNotBlank();
          assertThat(answered.degraded()).isEqualTo(calls < undisturbed);
        } else {
          assertThat(((Plan.End.GaveUp) played.end()).reason()).contains("budget was used up");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void judges_that_talk_nonsense_do_not_stop_the_run(Rule rule) {
    for (String nonsense :
        List.of(
            "",
            "I like them all!",
            "{\"better\":\"C\",\"choice\":\"m1\",\"ranking\":[\"m1\"],\"correct\":\"maybe\"}",
            "{\"better\":1,\"choice\":[],\"ranking\":\"A\",\"correct\":null}",
            "{\"Wahl\":\"A\",\"besser\":\"A\",\"Rangliste\":[\"A\"],\"richtig\":\"ja\"}",
            "{\"choice\":\"Z\",\"better\":\"Z\",\"ranking\":[\"Z\"],\"correct\":\"\u306f\u3044\"}",
            "{".repeat(5000),
            "A A A A ".repeat(5000))) {
      Simulation played =
          Play.of(request("2 + 2?", fields(rule)), DIFFERENT, (step, messages) -> nonsense).play();
      assertThat(played.answered().answer()).as(nonsense).isNotBlank();
      assertThat(played.answered().degraded()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void candidates_that_fail_or_say_nothing_are_done_without(Rule rule) {
    for (String nothing : new String[] {null, "", "  \n "}) {
      Map<String, String> says = new HashMap<>(DIFFERENT);
      says.put("m2", nothing);
      Simulation played = Play.of(request("2 + 2?", fields(rule)), says, JUDGE).play();
      assertThat(played.answered().answer()).isNotBlank();
      says.put("m1", nothing);
      says.put("m3", nothing);
      played = Play.of(request("2 + 2?", fields(rule)), says, JUDGE).play();
      assertThat(((Plan.End.GaveUp) played.end()).reason())
          .startsWith("no candidate answered: ")
          .contains(nothing == null ? "m1: scripted failure" : "empty");
    }
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void the_order_in_which_candidates_answer_does_not_change_the_outcome(Rule rule) {
    String request = request("2 + 2?", fields(rule) + ",'quorum':'all'");
    Simulation first = Play.of(request, DIFFERENT, JUDGE).play();
    Simulation last = Play.of(request, DIFFERENT, JUDGE).lastFirst().play();
    assertThat(last.end()).isEqualTo(first.end());
    assertThat(last.run().decisions()).isEqualTo(first.run().decisions());
  }

  @Test
  void endless_candidates_are_judged_like_any_other() {
    Map<String, String> says =
        Map.of("m1", "so ".repeat(200_000), "m2", "Answer: 4", "m3", "Answer: 4");
    Simulation played = Play.of(request("What is 2 + 2?", ""), says, Play.NOBODY).play();
    assertThat(played.answered().answer()).isEqualTo("4");
  }

  @Test
  void a_layer_whose_models_are_gone_is_left_out() {
    Simulation played =
        Simulation.of(
                Play.ENSEMBLE,
                request("Write.", "'layers':3"),
                Simulation.cast("m1", "m2", "m3", "big"),
                (step, messages) -> {
                  if (step.id().startsWith("layer")) {
                    return null;
                  }
                  return step.kind().equals("candidate") ? "by " + step.model() : "written";
                })
            .play();
    assertThat(played.answered().answer()).isEqualTo("written");
    assertThat(played.answered().notes())
        .containsExactly("0 of 3 answered in layer 2", "0 of 3 answered in layer 3");
  }
}
