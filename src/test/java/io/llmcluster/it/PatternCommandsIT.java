package io.llmcluster.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.app.Main;
import io.llmcluster.testkit.MemberProcess;
import io.llmcluster.testkit.ScriptedBackend;
import io.llmcluster.testkit.ScriptedBackend.Asked;
import io.llmcluster.testkit.Workflow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands for patterns and workflows, against a real member whose models follow a script. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PatternCommandsIT {

  private static final String VOTE = "Is a tomato a fruit? Say yes or no.";

  private final ScriptedBackend backend =
      ScriptedBackend.start("scripted", PatternCommandsIT::answer, "a", "b", "c");
  private final MemberProcess member = MemberProcess.start("nodes=[" + backend.node(16) + "]");

  /** What a command has printed, and its exit code. */
  private record Ran(int code, String out, String err) {

    String firstWord() {
      return out.strip().split("\\s+")[0];
    }
  }

  @BeforeAll
  void seesTheNode() {
    org.awaitility.Awaitility.await()
        .until(() -> member.gateway().node("scripted").path("health").asText().equals("up"));
  }

  @AfterAll
  void stop() {
    member.close();
    backend.close();
  }

  /** Whoever is asked for a form gives a position; c is of another opinion; "wait" never ends. */
  private static void answer(Asked call) {
    String body = call.body().toString();
    if (body.contains("wait for ever")) {
      return;
    }
    String word = call.body().path("model").asText().startsWith("c") ? "no" : "yes";
    boolean debates = body.contains("\"reasoning\"") && body.contains("\"confidence\"");
    call.answer(
        debates
            ? "{\"reasoning\":\"It has seeds.\",\"answer\":\"" + word + "\",\"confidence\":0.9}"
            : "Answer: " + word);
  }

  private Ran run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine program = Main.commandLine();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    List<String> all = new java.util.ArrayList<>(List.of(arguments));
    all.addAll(List.of("--url", member.gateway().url()));
    return new Ran(program.execute(all.toArray(String[]::new)), out.toString(), err.toString());
  }

  private static String id(String text) {
    Matcher id = Pattern.compile("wf-[0-9a-f]+").matcher(text);
    assertThat(id.find()).as(text).isTrue();
    return id.group();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ensemble", "debate", "auto", "maestro"})
  void a_pattern_is_asked_and_its_answer_alone_is_printed(String pattern) {
    Ran ran = run(pattern, VOTE, "--models", "a,b,c");
    assertThat(ran.code()).as(ran.toString()).isZero();
    assertThat(ran.out().strip()).as(pattern).containsIgnoringCase("yes").doesNotContain("|");
  }

  @Test
  void a_watched_debate_has_a_lane_for_each_voice_in_readable_words() {
    Ran ran = run("debate", VOTE, "--models", "a,b,c", "--watch");
    assertThat(ran.code()).as(ran.toString()).isZero();
    assertThat(ran.out()).contains("reasoning: It has seeds.", "answer: no", "confidence: 0.9");
    assertThat(ran.out()).doesNotContain("{\"reasoning\"").doesNotContain("\u001b");
    assertThat(ran.out().lines().filter(line -> line.contains(" | answer: ")))
        .hasSizeGreaterThan(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 80, 200})
  void lanes_are_as_wide_as_the_terminal(int columns) throws Exception {
    MemberProcess watch =
        MemberProcess.launch(
            Map.of("COLUMNS", String.valueOf(columns)),
            "debate",
            VOTE,
            "--models",
            "a,b,c",
            "--watch",
            "--url",
            member.gateway().url());
    assertThat(watch.exitCode()).as(watch.output()).isZero();
    List<String> lanes = watch.output().lines().filter(line -> line.contains(" | ")).toList();
    assertThat(lanes).isNotEmpty();
    assertThat(lanes).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
  }

  @Test
  void workflows_are_listed_shown_and_watched() {
    String id = id(run("ensemble", VOTE, "--models", "a,b,c", "--watch").out());
    assertThat(run("workflow", "ls", "--pattern", "ensemble", "--newer-than", "1h").out())
        .startsWith("ID")
        .containsPattern(id + " +ensemble +completed ");
    assertThat(run("workflow", "ls", "--older-than", "1h").out()).doesNotContain(id);
    assertThat(run("workflow", "ls", "--status", "running").out()).doesNotContain(id);
    Ran shown = run("workflow", "show", id);
    assertThat(shown.out()).startsWith("ensemble " + id + ": completed").contains("scripted");
    Ran watched = run("workflow", "watch", id);
    assertThat(watched.code()).isZero();
    assertThat(watched.out()).contains(" | Answer: yes");
    Ran unknown = run("workflow", "show", "wf-none");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err().strip()).isEqualTo("llm-cluster: workflow 'wf-none' not found");
  }

  @Test
  void a_workflow_is_cancelled() {
    String id =
        Workflow.begin(
                member.gateway(), "ensemble", "{\"prompt\":\"wait for ever\",\"models\":[\"a\"]}")
            .id();
    assertThat(run("workflow", "cancel", id).out().strip()).isEqualTo(id + ": cancelled");
    Ran watched = run("workflow", "watch", id);
    assertThat(watched.code()).isEqualTo(1);
    assertThat(watched.err()).contains("cancelled");
  }

  @Test
  void a_fork_is_told_by_its_id_and_compared_with_its_parent() {
    String parent = id(run("ensemble", VOTE, "--models", "a,b,c", "--watch").out());
    Ran forked =
        run(
            "workflow",
            "fork",
            parent,
            "--at",
            "1",
            "--set",
            "models=[\"c\"]",
            "--set",
            "quorum=1");
    assertThat(forked.code()).as(forked.toString()).isZero();
    String fork = forked.firstWord();
    assertThat(fork).startsWith("wf-").isNotEqualTo(parent);
    run("workflow", "watch", fork);
    Ran compared = run("workflow", "compare", parent, fork);
    assertThat(compared.code()).as(compared.toString()).isZero();
    assertThat(compared.out())
        .containsPattern("status +completed +completed")
        .containsPattern("answer +yes +no")
        .contains("asked: models", "the answers differ");
    Ran wrong = run("workflow", "fork", parent, "--set", "nonsense");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("--set: nonsense (expected: NAME=VALUE)");
  }
}
