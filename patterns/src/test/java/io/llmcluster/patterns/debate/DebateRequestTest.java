package io.llmcluster.patterns.debate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.testkit.Simulation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebateRequestTest {

  private static final Cast CAST = Simulation.cast("a", "b", "c", "big");

  private static ObjectNode prepared(String parameters) {
    return new Debate().prepare(Simulation.object("{'prompt':'Why?'" + parameters + "}"), CAST);
  }

  @Test
  void everything_left_out_is_filled_in() {
    ObjectNode prepared = prepared("");
    assertThat(Simulation.object(prepared.toString()))
        .isEqualTo(
            Simulation.object(
                """
                {'prompt':'Why?','models':['c','b','a'],'modelsChosen':true,
                'options':{'num_predict':1024},
                'budget':{'modelCalls':200,'tokens':1000000,'seconds':3600},
                'debaters':3,'rounds':1,'topology':'auto','roles':'peer','gate':0.8,'judge':'big',
                'temperature':0.7,'approve':false,'stopWhen':['budget','noChange','unanimity'],
                'answers':'open'}
                """));
  }

  @Test
  void what_is_prepared_is_not_changed_by_preparing_it_again() {
    ObjectNode prepared =
        prepared(",'agreementIntensity':0.5,'roles':'Advocate/Critic','answers':['x','y']");
    assertThat(DebateParams.of(new Debate().prepare(prepared, CAST)))
        .isEqualTo(DebateParams.of(prepared));
  }

  @Test
  void the_temperature_is_that_of_the_options_if_it_is_not_said_itself() {
    assertThat(prepared(",'options':{'temperature':0.2}").path("temperature").asDouble())
        .isEqualTo(0.2);
    assertThat(
            prepared(",'options':{'temperature':0.2},'temperature':1.1")
                .path("temperature")
                .asDouble())
        .isEqualTo(1.1);
  }

  @Test
  void as_many_debate_as_are_named_and_one_that_is_named_debates_with_itself() {
    assertThat(prepared(",'models':['a','b']").path("debaters").asInt()).isEqualTo(2);
    assertThat(prepared(",'models':['a','b','c','big']").path("debaters").asInt()).isEqualTo(4);
    assertThat(prepared(",'models':['a']").path("debaters").asInt()).isEqualTo(3);
  }

  @Test
  void the_judge_is_the_strongest_that_does_not_debate() {
    assertThat(prepared(",'models':['a','b']").path("judge").asText()).isEqualTo("big");
    assertThat(prepared(",'models':['a','big:latest']").path("judge").asText()).isEqualTo("c");
    assertThat(prepared(",'models':['a','b'],'judge':'c'").path("judge").asText()).isEqualTo("c");
  }

  @Test
  void the_strongest_is_kept_for_judging_if_enough_are_left_to_debate() {
    assertThat(prepared(",'judge':'b'").path("models").toString())
        .isEqualTo("[\"big\",\"c\",\"a\"]");
    ObjectNode all = prepared(",'debaters':4");
    assertThat(all.path("models")).hasSize(4);
    assertThat(all.path("judge").asText()).isEqualTo("big");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'debaters':1|debaters: 1 (expected: a whole number from 2 to 8)",
        "'debaters':9|debaters: 9 (expected: a whole number from 2 to 8)",
        "'models':['a','b','c'],'debaters':2|debaters: 2 (expected: a whole number from 3 to 8)",
        "'rounds':0|rounds: 0 (expected: a whole number from 1 to 5)",
        "'rounds':6|rounds: 6 (expected: a whole number from 1 to 5)",
        "'topology':'star'|topology: star (expected: one of auto, full, ring)",
        "'agreementIntensity':2|agreementIntensity: 2 (expected: a number from 0.0 to 1.0)",
        "'roles':'boss'|roles: boss (expected: one of advocate/critic, peer)",
        "'stopWhen':['never']|stopWhen: never (expected: one of budget, judge, noChange, unanimity)",
        "'gate':1.5|gate: 1.5 (expected: a number from 0.0 to 1.0)",
        "'models':['a','b'],'judge':'b:latest'|judge: b:latest (expected: a model that does not debate)",
        "'judge':5|judge: 5 (expected: a text)",
        "'temperature':3|temperature: 3 (expected: a number from 0.0 to 2.0)",
        "'approve':'yes'|approve: \"yes\" (expected: true or false)",
      },
      quoteCharacter = '`')
  void a_bad_parameter_is_refused_by_name(String parameter, String message) {
    assertThatThrownBy(() -> prepared("," + parameter))
        .isInstanceOf(RefusedRequest.class)
        .hasMessage(message);
  }
}
