package io.llmcluster.gateway.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.testkit.TestStore;
import io.llmcluster.gateway.testkit.Client;
import io.llmcluster.gateway.testkit.Client.Answer;
import io.llmcluster.gateway.testkit.PatternGateway;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program's own patterns through their routes: what each adds to the view of a run. */
@Tag(TestStore.ON_MONGODB)
class BuiltInRoutesTest {

  private static final String RUN = "/api/patterns/execution/";
  private static PatternGateway gateway;
  private static Client client;

  @BeforeAll
  static void start(@TempDir Path folder) {
    gateway = PatternGateway.withBuiltIn(folder);
    client = new Client(gateway.base);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /** What is not written for a step is answered with its name. */
  private static void script(Map<String, String> words) {
    gateway.models.keepTo(
        (step, model) -> words.getOrDefault(step, "text of " + step).replace('\'', '"'));
  }

  private static String apples(String more) {
    return ("{'prompt':'How many apples are there?','models':['ada','bob','cid'],"
            + "'answers':'number','seed':5"
            + more
            + "}")
        .replace('\'', '"');
  }

  private static JsonNode ended(String pattern, String request) {
    Answer answer = client.post("/api/patterns/" + pattern + "?wait=60s", request);
    assertThat(answer.status()).as("%s", answer.json()).isEqualTo(200);
    assertThat(answer.json().path("pattern").asText()).isEqualTo(pattern);
    assertThat(answer.json().path("status").asText()).isEqualTo("completed");
    return answer.json();
  }

  private static String answer(int answer) {
    return "{'reasoning':'counted','answer':'" + answer + "','confidence':0.5}";
  }

  /** Two against one, who sees its error. */
  private static Map<String, String> debate() {
    String keeps = "{'reasoning':'looked again','keep':true,'confidence':0.9}";
    return Map.of(
        "first/debater1",
        answer(18),
        "first/debater2",
        answer(19),
        "first/debater3",
        answer(18),
        "round1/debater1",
        keeps,
        "round1/debater2",
        "{'reasoning':'looked again','keep':false,'error':'one was counted twice',"
            + "'answer':'18','confidence':0.9}",
        "round1/debater3",
        keeps);
  }

  private static void assertDebated(JsonNode view) {
    assertThat(view.path("rounds")).hasSize(2);
    assertThat(view.at("/rounds/0/kind").asText()).isEqualTo("first");
    assertThat(view.at("/rounds/0/turns").findValuesAsText("answer"))
        .containsExactly("18", "19", "18");
    assertThat(view.at("/rounds/1/round").asInt()).isEqualTo(1);
    assertThat(view.at("/rounds/1/kind").asText()).isEqualTo("critique");
    assertThat(view.at("/rounds/1/turns").findValuesAsText("what"))
        .containsExactly("kept", "changed", "kept");
    JsonNode turn = view.at("/rounds/1/turns/1");
    assertThat(turn.path("debater").asText()).isEqualTo("debater2");
    assertThat(turn.path("model").asText()).isEqualTo("bob");
    assertThat(turn.path("step").asText()).isEqualTo("round1/debater2");
    assertThat(turn.path("confidence").asDouble()).isEqualTo(0.9);
    JsonNode flips = view.path("flips");
    assertThat(flips.path("rightKept").asInt()).isEqualTo(2);
    assertThat(flips.path("wrongCorrected").asInt()).isEqualTo(1);
    assertThat(flips.path("rightFlipped").asInt(-1)).isZero();
    assertThat(flips.path("wrongKept").asInt(-1)).isZero();
    assertThat(flips.path("changes").toString())
        .isEqualTo(
            ("[{'round':1,'debater':'debater2','from':'19','to':'18',"
                    + "'error':'one was counted twice'}]")
                .replace('\'', '"'));
  }

  @Test
  void a_debate_waits_for_its_approval_and_ends_with_it() {
    script(debate());
    String id = client.post("/api/patterns/debate", apples(",'approve':true")).id();
    Awaitility.await()
        .until(() -> client.get(RUN + id).json().path("status").asText(), "waiting_input"::equals);
    JsonNode waiting = client.get(RUN + id).json();
    assertThat(waiting.has("answer")).isFalse();
    assertThat(waiting.at("/input/id").asText()).isEqualTo("verdict");
    assertThat(waiting.at("/input/question").asText())
        .isEqualTo("Is this the answer? Approve it, or give another.");
    assertThat(waiting.at("/input/proposal").toString())
        .isEqualTo(
            "{'approve':true,'answer':'18','rule':'unanimity','agreement':1.0}".replace('\'', '"'));
    assertDebated(waiting);
    assertThat(client.get("/api/patterns/executions?status=waiting_input").json().path("workflows"))
        .extracting(one -> one.path("id").asText())
        .containsExactly(id);
    Answer approved =
        client.post(RUN + id + "/input", "{\"input\":\"verdict\",\"value\":{\"approve\":true}}");
    assertThat(approved.status()).isEqualTo(200);
    JsonNode view = client.get(RUN + id + "?wait=60s").json();
    assertThat(view.path("status").asText()).isEqualTo("completed");
    assertThat(view.path("answer").asText()).isEqualTo("18");
    assertThat(view.path("notes").toString()).isEqualTo("[\"a person approved it\"]");
    assertThat(view.has("input")).isFalse();
    assertThat(view.at("/budget/actual/modelCalls").asInt()).isEqualTo(6);
    assertDebated(view);
  }

  @Test
  void auto_tells_how_far_it_climbed_and_why() {
    script(debate());
    JsonNode view = ended("auto", apples(""));
    assertThat(view.path("answer").asText()).isEqualTo("18");
    assertThat(view.path("rung").asText()).isEqualTo("debate");
    assertThat(view.path("climbs").findValuesAsText("from")).containsExactly("single", "vote");
    assertThat(view.path("climbs").findValuesAsText("to")).containsExactly("vote", "debate");
    JsonNode climb = view.at("/climbs/0");
    assertThat(climb.path("reason").asText()).isEqualTo("low confidence");
    assertThat(climb.path("confidence").asDouble()).isEqualTo(0.5);
    assertThat(climb.path("threshold").asDouble()).isEqualTo(0.9);
    assertThat(climb.path("cost").toString())
        .isEqualTo("{\"modelCalls\":1,\"tokens\":5,\"nextModelCalls\":2}");
    assertThat(view.at("/worstCase/modelCalls").asInt()).isEqualTo(7);
    assertDebated(view);
  }

  @Test
  void an_ensemble_shows_its_candidates_and_what_they_decided() {
    script(
        Map.of(
            "candidate/1.1", "Answer: 17",
            "candidate/2.1", "Answer: 18",
            "candidate/3.1", "Answer: 17"));
    JsonNode view = ended("ensemble", apples(",'quorum':'all'"));
    assertThat(view.path("answer").asText()).isEqualTo("17");
    assertThat(view.path("rule").asText()).isEqualTo("majority");
    assertThat(view.path("answers").asText()).isEqualTo("number");
    assertThat(view.path("candidates").toString())
        .isEqualTo(
            ("[{'id':'candidate/1.1','model':'ada','answer':'17'},"
                    + "{'id':'candidate/2.1','model':'bob','answer':'18'},"
                    + "{'id':'candidate/3.1','model':'cid','answer':'17'}]")
                .replace('\'', '"'));
    JsonNode decision = view.path("decision");
    assertThat(decision.path("id").asText()).isEqualTo("aggregate/majority");
    assertThat(decision.path("rule").asText()).isEqualTo("majority");
    assertThat(decision.path("chosen").asText()).isEqualTo("17");
    assertThat(decision.path("tally").toString()).isEqualTo("{\"17\":2.0,\"18\":1.0}");
    assertThat(decision.path("dissent").toString()).isEqualTo("[\"candidate/2.1\"]");
    assertThat(decision.path("agreement").asDouble()).isEqualTo(2 / 3.0);
    assertThat(decision.at("/detail/from").asText()).isEqualTo("candidate/1.1");
  }

  @Test
  void maestro_shows_its_plan_and_whose_work_is_in_the_answer() {
    String accepted = "{'reason':'fine','accepted':true}";
    script(
        Map.of(
            "analysis",
            "{'complexity':'complex','assignments':["
                + "{'id':'facts','role':'Research','instruction':'find','dependsOn':[],"
                + "'acceptance':'two'},{'id':'code','role':'Code','instruction':'write',"
                + "'dependsOn':['facts'],'acceptance':'it compiles'}]}",
            "review/facts",
            accepted,
            "review/code",
            "{'reason':'long','accepted':false,'change':'shorter'}",
            "review/code/rev1",
            accepted,
            "synthesis",
            "all [facts] [code]",
            "check",
            "{'reason':'complete','satisfied':true}"));
    JsonNode view = ended("maestro", "{\"prompt\":\"the job\",\"models\":[\"ada\"],\"seed\":5}");
    assertThat(view.path("answer").asText()).isEqualTo("all [facts] [code]");
    JsonNode plan = view.path("plan");
    assertThat(plan.path("rule").asText()).isEqualTo("planned");
    assertThat(plan.path("fallback").asBoolean(true)).isFalse();
    assertThat(plan.path("replans").asInt(-1)).isZero();
    assertThat(plan.path("tasks").findValuesAsText("instruction")).containsExactly("find", "write");
    assertThat(view.path("tasks").findValuesAsText("id")).containsExactly("facts", "code");
    assertThat(view.path("tasks").findValuesAsText("status"))
        .containsExactly("SUCCEEDED", "SUCCEEDED");
    assertThat(view.path("tasks").findValuesAsText("verdict"))
        .containsExactly("accepted", "accepted");
    assertThat(view.path("tasks").findValuesAsText("revisions")).containsExactly("0", "1");
    assertThat(view.path("attribution").toString())
        .isEqualTo(
            ("[{'task':'facts','role':'Research','step':'task/facts','model':'ada','node':'n1'},"
                    + "{'task':'code','role':'Code','step':'task/code/rev1','model':'ada',"
                    + "'node':'n1'}]")
                .replace('\'', '"'));
    assertThat(view.path("progress").toString())
        .isEqualTo("{\"advances\":2,\"setbacks\":0,\"stall\":0}");
  }

  @Test
  void decompose_shows_its_tasks_in_both_its_views() {
    script(
        Map.of(
            "plan",
            "{'tasks':[{'id':'a','title':'A','instruction':'do a','role':'','dependsOn':[]},"
                + "{'id':'b','title':'B','instruction':'do b','role':'Code','dependsOn':['a']},"
                + "{'id':'c','title':'C','instruction':'do c','role':'','dependsOn':[]}]}",
            "synthesis",
            "all of it"));
    String request = "{\"prompt\":\"the job\",\"models\":[\"ada\"],\"seed\":5}";
    JsonNode execution = ended("decompose", request);
    JsonNode workflow =
        client.get("/api/workflow/" + execution.path("id").asText() + "?wait=60s").json();
    for (JsonNode view : List.of(execution, workflow)) {
      assertThat(view.path("answer").asText()).isEqualTo("all of it");
      JsonNode tasks = view.path("tasks");
      assertThat(tasks.findValuesAsText("id")).containsExactly("a", "b", "c");
      assertThat(tasks.findValuesAsText("title")).containsExactly("A", "B", "C");
      assertThat(tasks.findValuesAsText("role")).containsExactly("", "Code", "");
      assertThat(tasks.findValuesAsText("status"))
          .containsExactly("SUCCEEDED", "SUCCEEDED", "SUCCEEDED");
      assertThat(tasks.findValuesAsText("output"))
          .containsExactly("text of task/a", "text of task/b", "text of task/c");
      assertThat(tasks.at("/1/dependsOn").toString()).isEqualTo("[\"a\"]");
    }
    assertThat(workflow.at("/dag/edges").toString()).isEqualTo("[{\"from\":\"a\",\"to\":\"b\"}]");
    assertThat(execution.at("/plan/rule").asText()).isEqualTo("planned");
  }
}
