package io.llmcluster.patterns.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.ensemble.EnsemblePattern;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Simulation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestChangeTest {

  private static final Cast CAST = Simulation.cast(Agents.DEFAULT, "a", "b", "c", "d", "big");
  private static final Pattern ENSEMBLE = new EnsemblePattern();
  private static final Pattern DEBATE = new Debate();

  private static ObjectNode prepared(Pattern pattern, String request, Cast cast) {
    ObjectNode prepared = pattern.prepare(Simulation.object(request), cast);
    return CommonRequest.hasSeed(prepared) ? prepared : prepared.put("seed", 77);
  }

  /** What a request becomes, prepared, changed and prepared again. */
  private static ObjectNode changed(Pattern pattern, String request, String changes, Cast later) {
    ObjectNode prepared = prepared(pattern, request, CAST);
    ObjectNode said = RequestChange.said(Simulation.object(request), prepared);
    return pattern.prepare(RequestChange.of(prepared, said, Simulation.object(changes)), later);
  }

  private static ObjectNode changed(Pattern pattern, String request, String changes) {
    return changed(pattern, request, changes, CAST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'prompt':'Why?','models':['a','b','c','d']} | {'models':['a','b']} | quorum | 2",
        "{'prompt':'Why?','models':['a','b'],'quorum':'all'} | {'models':['a','b','c']} | quorum | 3",
        "{'prompt':'Why?'} | {'prompt':'What is 2 + 2?'} | answers | \"number\"",
        "{'prompt':'Why?'} | {'answers':'yesno'} | rule | \"majority\"",
        "{'prompt':'Why?','models':['a'],'mode':'SELF'} | {'voices':5} | samplesPerModel | 5",
        "{'prompt':'Why?','options':{'temperature':0.1}} | {'options':{'temperature':1}} | temperature | 1.0",
        "{'prompt':'Why?','temperature':0.1} | {'temperature':null} | temperature | 0.7",
        "{'prompt':'Why?','models':['a']} | {'model':'b','models':null} | modelsChosen | true",
      })
  void what_followed_from_the_old_request_follows_from_the_new_one(
      String request, String changes, String field, String expected) {
    assertThat(changed(ENSEMBLE, request, changes).path(field)).hasToString(expected);
  }

  @Test
  void as_many_debate_as_are_named_now() {
    ObjectNode fewer =
        changed(DEBATE, "{'prompt':'q','models':['a','b','c']}", "{'models':['a','b']}");
    assertThat(fewer.path("debaters").asInt()).isEqualTo(2);
  }

  @Test
  void what_the_client_said_stays_and_is_refused_if_it_makes_no_sense_any_more() {
    String request = "{'prompt':'q','models':['a','b'],'judge':'c','rounds':2,'aggregator':'a'}";
    assertThat(changed(DEBATE, request, "{'models':['a','d']}").path("rounds").asInt())
        .isEqualTo(2);
    assertThatThrownBy(() -> changed(DEBATE, request, "{'models':['a','c']}"))
        .isInstanceOf(RefusedRequest.class)
        .hasMessage("judge: c (expected: a model that does not debate)");
    assertThat(changed(ENSEMBLE, request, "{'models':['a','d']}").path("aggregator").asText())
        .isEqualTo("a");
  }

  @Test
  void of_options_and_budget_only_what_is_named_changes() {
    ObjectNode changed =
        changed(
            ENSEMBLE,
            "{'prompt':'q','options':{'seed':5,'top_k':3,'num_ctx':99},"
                + "'budget':{'tokens':5,'seconds':6}}",
            "{'options':{'top_k':4,'num_ctx':null},'budget':{'seconds':null,'modelCalls':9}}");
    assertThat(changed.path("options")).hasToString("{\"top_k\":4,\"num_predict\":1024}");
    assertThat(changed.path("seed").asInt()).isEqualTo(5);
    assertThat(changed.path("budget"))
        .hasToString("{\"modelCalls\":9,\"tokens\":5,\"seconds\":3600}");
  }

  @Test
  void the_same_holds_where_it_is_not_recorded_what_the_client_said() {
    ObjectNode prepared =
        prepared(DEBATE, "{'prompt':'q','options':{'top_k':3},'budget':{'tokens':5}}", CAST);
    ObjectNode changes = Simulation.object("{'options':{'top_p':0.5},'budget':{'seconds':7}}");
    ObjectNode changed = DEBATE.prepare(RequestChange.of(prepared, null, changes), CAST);
    assertThat(changed.path("options").has("top_k")).isTrue();
    assertThat(changed.path("options").has("top_p")).isTrue();
    assertThat(changed.path("budget"))
        .hasToString("{\"modelCalls\":200,\"tokens\":5,\"seconds\":7}");
  }

  @Test
  void a_seed_is_one_whichever_way_it_is_said_and_taken_back() {
    String request = "{'prompt':'q','options':{'seed':5}}";
    assertThat(changed(ENSEMBLE, request, "{'options':{'seed':7}}").path("seed").asInt())
        .isEqualTo(7);
    assertThat(changed(ENSEMBLE, request, "{'seed':8}").path("seed").asInt()).isEqualTo(8);
    assertThat(changed(ENSEMBLE, request, "{'options':{'seed':null}}").has("seed")).isFalse();
    assertThat(changed(ENSEMBLE, request, "{'options':null}").has("seed")).isFalse();
    assertThat(changed(ENSEMBLE, "{'prompt':'q'}", "{'options':null}").path("seed").asInt())
        .isEqualTo(77);
  }

  static java.util.stream.Stream<Pattern> all() {
    return BuiltInPatterns.all().stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void who_was_chosen_stays_although_others_would_be_chosen_now(Pattern pattern) {
    Cast later = Simulation.cast(Agents.DEFAULT, "newer", "a", "b");
    ObjectNode before = prepared(pattern, "{'prompt':'q'}", CAST);
    ObjectNode again = changed(pattern, "{'prompt':'q'}", "{'budget':{'tokens':7}}", later);
    for (String who :
        java.util.List.of("models", "modelsChosen", "judge", "aggregator", "judges")) {
      assertThat(again.path(who)).as(who).isEqualTo(before.path(who));
    }
  }

  @Test
  void a_system_text_stays_with_another_prompt() {
    ObjectNode changed =
        changed(
            new Decompose(),
            "{'model':'a','system':'Be short.','prompt':'q'}",
            "{'prompt':'r','models':['b']}");
    assertThat(changed.at("/messages/0/content").asText()).isEqualTo("Be short.");
    assertThat(changed.at("/messages/1/content").asText()).isEqualTo("r");
    assertThat(CommonRequest.models(changed)).containsExactly("b");
  }

  @Test
  void what_the_client_said_is_kept_without_what_is_asked_and_what_has_no_meaning() {
    ObjectNode request =
        Simulation.object("{'prompt':'q','models':['a'],'quorum':null,'rule':'judge','junk':'x'}");
    ObjectNode prepared = ENSEMBLE.prepare(request, CAST);
    ObjectNode said = RequestChange.said(request, prepared);
    assertThat(said).isEqualTo(Simulation.object("{'models':['a'],'rule':'judge'}"));
    assertThat(
            RequestChange.said(said, Simulation.object("{'rule':null,'models':['b']}"), prepared))
        .isEqualTo(Simulation.object("{'models':['b']}"));
    assertThat(RequestChange.said(null, Simulation.object("{}"), prepared)).isNull();
  }
}
