package io.llmcluster.patterns.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.BuiltInPatterns;
import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.ensemble.EnsemblePattern;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommonRequestTest {

  private static final Cast CAST = Simulation.cast(Agents.DEFAULT, "a", "b", "c", "big");

  private static ObjectNode prepared(Pattern pattern, String request) {
    return pattern.prepare(Simulation.object(request), CAST);
  }

  private static List<Object> seeds(Pattern pattern, String request) {
    ObjectNode prepared = prepared(pattern, request);
    return pattern.next(Run.of(prepared)).steps().stream()
        .map(step -> step.options().get("seed"))
        .toList();
  }

  static Stream<Pattern> withVoices() {
    return Stream.of(new Debate(), new EnsemblePattern());
  }

  @ParameterizedTest
  @MethodSource("withVoices")
  void voices_of_one_model_have_seeds_of_their_own_that_follow_from_the_clients(Pattern pattern) {
    String request = "{'prompt':'Why?','models':['a'],'samplesPerModel':3,'options':{'seed':%d}}";
    List<Object> five = seeds(pattern, request.formatted(5));
    assertThat(five).hasSize(3).doesNotHaveDuplicates();
    assertThat(seeds(pattern, request.formatted(5))).isEqualTo(five);
    assertThat(seeds(pattern, request.formatted(6))).isNotEqualTo(five);
  }

  @ParameterizedTest
  @MethodSource("withVoices")
  void one_text_to_stop_at_is_a_list_of_one_as_backends_want_it(Pattern pattern) {
    ObjectNode prepared = prepared(pattern, "{'prompt':'Why?','options':{'stop':'END'}}");
    assertThat(pattern.next(Run.of(prepared)).steps())
        .isNotEmpty()
        .allSatisfy(step -> assertThat(step.options().get("stop")).isEqualTo(List.of("END")));
  }

  static Stream<Pattern> all() {
    return BuiltInPatterns.all().stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void every_answer_ends_somewhere(Pattern pattern) {
    for (String options : List.of("{}", "{'num_predict':null}", "{'num_predict':77}")) {
      ObjectNode prepared = prepared(pattern, "{'prompt':'q','options':" + options + "}");
      assertThat(pattern.next(Run.of(prepared)).steps())
          .isNotEmpty()
          .allSatisfy(
              step -> assertThat(step.options().get("num_predict")).isInstanceOf(Long.class));
    }
  }

  @Test
  void no_seed_and_ollamas_any_seed_are_left_open() {
    assertThat(CommonRequest.hasSeed(prepared(new Debate(), "{'prompt':'q'}"))).isFalse();
    assertThat(
            CommonRequest.hasSeed(prepared(new Debate(), "{'prompt':'q','options':{'seed':-1}}")))
        .isFalse();
  }

  @Test
  void a_seed_that_is_changed_counts_whichever_way_it_is_given() {
    ObjectNode prepared = prepared(new Debate(), "{'prompt':'q','seed':1}");
    ObjectNode changed =
        RequestChange.of(prepared, null, Simulation.object("{'options':{'seed':7}}"));
    assertThat(CommonRequest.seed(new Debate().prepare(changed, CAST))).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'prompt':'q','images':['aGk=']}",
        "{'messages':[{'role':'user','content':'q','images':['aGk=']}]}"
      })
  void images_are_refused_by_name(String request) {
    assertThatThrownBy(() -> prepared(new Debate(), request))
        .isInstanceOf(RefusedRequest.class)
        .hasMessage("images: given (expected: none; patterns take text only)");
    assertThat(prepared(new Debate(), "{'prompt':'q','images':[]}").has("images")).isFalse();
  }

  @Test
  void models_that_are_changed_are_the_clients_and_bind_the_agents() {
    ObjectNode prepared = prepared(new Decompose(), "{'prompt':'q'}");
    ObjectNode changed = RequestChange.of(prepared, null, Simulation.object("{'models':['b']}"));
    ObjectNode again = new Decompose().prepare(changed, CAST);
    assertThat(again.path("modelsChosen").asBoolean()).isFalse();
    assertThat(Crew.of(again).members())
        .isNotEmpty()
        .allMatch(member -> member.model().equals("b"));
  }

  @ParameterizedTest
  @MethodSource("withVoices")
  void models_that_the_cluster_chose_stay_chosen_when_something_else_is_changed(Pattern pattern) {
    ObjectNode prepared = prepared(pattern, "{'prompt':'q'}");
    ObjectNode changed = RequestChange.of(prepared, null, Simulation.object("{'prompt':'r'}"));
    ObjectNode again = pattern.prepare(changed, CAST);
    assertThat(again.put("prompt", "q")).isEqualTo(prepared);
  }
}
