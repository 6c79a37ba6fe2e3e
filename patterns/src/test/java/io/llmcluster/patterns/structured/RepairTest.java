package io.llmcluster.patterns.structured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.debate.Script;
import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.ensemble.EnsemblePattern;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.prompt.ChatMessage;
import io.llmcluster.patterns.prompt.Prompts;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever mends an answer sees what it was asked for: nobody can judge what is not shown. */
class RepairTest {

  private final Map<String, List<ChatMessage>> told = new HashMap<>();

  private void play(Pattern pattern, String request, Simulation.Model model) {
    Simulation.of(
            pattern,
            request,
            Simulation.cast(Agents.DEFAULT, "a", "b", "c", "big"),
            (step, messages) -> {
              told.put(step.id(), messages);
              return model.answer(step, messages);
            })
        .play();
  }

  /** The repair goes on after what the step was told, with what was said last and what is wrong. */
  private void assertFollows(String step, int repair, String wrong, String error) {
    List<ChatMessage> first = told.getOrDefault(step, List.of());
    List<ChatMessage> again = told.getOrDefault(step + "/repair" + repair, List.of());
    assertThat(first).isNotEmpty();
    assertThat(again).hasSize(first.size() + 2).startsWith(first.toArray(ChatMessage[]::new));
    assertThat(again.get(first.size())).isEqualTo(new ChatMessage("assistant", wrong));
    ChatMessage last = again.get(first.size() + 1);
    assertThat(last.role()).isEqualTo("user");
    assertThat(last.content()).contains(error, "{\"type\":\"object\"");
  }

  private void assertShown(String step, String... texts) {
    assertThat(told.getOrDefault(step, List.of()).toString()).contains(texts);
  }

  @Test
  void a_judge_that_names_no_candidate_sees_the_candidates_again() {
    String wrong = "{\"choice\":\"Z\"}";
    play(
        new EnsemblePattern(),
        "{'prompt':'Write.','rule':'select','models':['a','b','c']}",
        (step, messages) -> step.kind().equals("candidate") ? "by " + step.model() : wrong);
    assertFollows("select", 1, wrong, "choice: Z (expected: one of A, B, C)");
    assertFollows("select", 2, wrong, "choice: Z (expected: one of A, B, C)");
    assertShown("select/repair2", "by a", "by b", "by c", "pick the one that is most consistent");
  }

  @Test
  void a_planner_sees_what_it_may_plan_with_again() {
    play(
        new Decompose(),
        "{'prompt':'the job'}",
        (step, messages) -> step.kind().equals("plan") ? "first this" : "{\"tasks\":[]}");
    assertFollows("plan", 1, "first this", "no JSON object found");
    assertFollows("plan", 2, "{\"tasks\":[]}", "tasks");
    assertShown("plan/repair1", "You divide a job", "- Code: ", "the job");
  }

  @Test
  void the_guard_sees_the_earlier_answer_again() {
    Script script =
        Script.answering("18/0.9", "18/0.9", "20/0.9")
            .changes("round1/debater1", "20", "two are missing")
            .changes("round1/debater2", "20", "two are missing");
    String wrong = "{\"analysis\":\"x\",\"errorFound\":true,\"quote\":\"12+5\",\"error\":\"e\"}";
    play(
        new Debate(),
        "{'prompt':'How many?','models':['a','b','c'],'answers':'number'}",
        script.says("verdict/guard", wrong));
    assertFollows("verdict/guard", 1, wrong, "quote: not in the earlier answer");
    assertFollows("verdict/guard", 2, wrong, "quote: not in the earlier answer");
    assertShown("verdict/guard/repair2", "it is surely 18", "20");
  }

  @Test
  void the_record_holds_references_and_no_copy() {
    Prompt prompt = Prompt.of("structured/repair").following("a").output("wrong", "a");
    assertThat(prompt.outputs()).containsOnlyKeys("asked", "wrong");
    assertThat(prompt.stepsRead()).containsOnly("a");
  }

  @Test
  void a_recorded_repair_that_follows_nobody_is_told_the_conversation() {
    Run run = Run.of(Simulation.object("{'prompt':'q'}"));
    Prompt before = Prompt.of("structured/repair").value("errors", "e");
    assertThat(Prompts.render(before, run).get(0)).isEqualTo(new ChatMessage("user", "q"));
    assertThatThrownBy(() -> Prompts.render(before.following("a"), run))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no step 'a' to follow");
  }
}
