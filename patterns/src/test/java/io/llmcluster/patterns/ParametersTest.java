package io.llmcluster.patterns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.auto.Auto;
import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.ensemble.EnsemblePattern;
import io.llmcluster.patterns.maestro.Maestro;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every parameter of every pattern: its default, and what becomes of senseless values. */
class ParametersTest {

  private static final Cast CAST =
      Simulation.cast(Agents.DEFAULT, "m1", "m2", "m3", "m4", "m5", "m6");

  /** Name and default; a name with a dot is a field of an object. */
  private static final Map<String, String> COMMON =
      Map.of(
          "budget.modelCalls", "200",
          "budget.tokens", "1000000",
          "budget.seconds", "3600",
          "options.num_predict", "1024");

  private static final Map<Pattern, Map<String, String>> OWN =
      Map.of(
          new EnsemblePattern(),
          Map.ofEntries(
              Map.entry("voices", "3"),
              Map.entry("samplesPerModel", "1"),
              Map.entry("temperature", "0.7"),
              Map.entry("judgeTemperature", "0.0"),
              Map.entry("quorum", "2"),
              Map.entry("onQuorumMiss", "\"degrade\""),
              Map.entry("stragglerDeadline", "600"),
              Map.entry("tieBreak", "\"judge\""),
              Map.entry("minVoteShare", "0.0"),
              Map.entry("mode", "\"MIXED\""),
              Map.entry("rule", "\"synthesize\""),
              Map.entry("answers", "\"open\""),
              Map.entry("rankedBy", "\"borda\""),
              Map.entry("layers", "1"),
              Map.entry("verify", "false"),
              Map.entry("aggregator", "\"m6\"")),
          new Debate(),
          debate(),
          new Auto(),
          debate("confidence", "0.9", "ceiling", "\"judge\""),
          new Maestro(),
          Map.of(
              "maxAssignments", "6",
              "parallel", "3",
              "maxRevisions", "1",
              "maxReplans", "1",
              "maxStall", "2"),
          new Decompose(),
          Map.of(
              "maxTasks", "12",
              "mode", "\"auto\"",
              "approvePlan", "false",
              "retries", "2",
              "onFail", "\"fail\"",
              "maxReplans", "1"));

  private static Map<String, String> debate(String... more) {
    Map<String, String> all =
        new java.util.TreeMap<>(
            Map.of(
                "debaters", "3",
                "rounds", "1",
                "topology", "\"auto\"",
                "roles", "\"peer\"",
                "stopWhen", "[\"budget\",\"noChange\",\"unanimity\"]",
                "gate", "0.8",
                "answers", "\"open\"",
                "judge", "\"m6\"",
                "temperature", "0.7",
                "approve", "false"));
    for (int at = 0; at < more.length; at += 2) {
      all.put(more[at], more[at + 1]);
    }
    return all;
  }

  /** Those whose default is that nothing is said. */
  private static final List<String> OPEN =
      List.of(
          "models",
          "messages",
          "images",
          "seed",
          "options",
          "budget",
          "options.stop",
          "options.seed",
          "options.temperature",
          "options.anything",
          "judges",
          "agreementIntensity");

  private static final List<String> SENSELESS =
      List.of(
          "\"x\"",
          "\"\"",
          "\"NaN\"",
          "\"-Infinity\"",
          "-1",
          "0.5",
          "1e308",
          "-1e308",
          "99999999999999999999",
          "9007199254740993",
          "true",
          "[]",
          "[null]",
          "[[1]]",
          "{\"a\":null}");

  static Stream<Arguments> defaults() {
    List<Arguments> all = new ArrayList<>();
    OWN.forEach(
        (pattern, own) ->
            Stream.of(COMMON, own)
                .forEach(
                    some ->
                        some.forEach(
                            (name, value) ->
                                all.add(Arguments.of(pattern.name(), pattern, name, value)))));
    return all.stream();
  }

  @ParameterizedTest(name = "{0}: {2} is {3}")
  @MethodSource("defaults")
  void what_is_left_out_has_its_default(
      String pattern, Pattern program, String name, String expected) throws Exception {
    ObjectNode prepared = program.prepare(request(), CAST);
    assertThat(prepared.at("/" + name.replace('.', '/')).toString()).isEqualTo(expected);
  }

  static Stream<Arguments> parameters() {
    List<Arguments> all = new ArrayList<>();
    OWN.forEach(
        (pattern, own) ->
            Stream.of(COMMON.keySet(), own.keySet(), OPEN)
                .flatMap(java.util.Collection::stream)
                .forEach(name -> all.add(Arguments.of(pattern.name(), pattern, name))));
    return all.stream();
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("parameters")
  void null_is_as_if_nothing_were_said(String pattern, Pattern program, String name) {
    ObjectNode given = with(name, JsonNodeFactory.instance.nullNode());
    assertThat(program.prepare(given, CAST)).isEqualTo(program.prepare(request(), CAST));
    play(program, given);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("parameters")
  void a_senseless_value_is_refused_by_name_or_the_run_comes_to_its_end(
      String pattern, Pattern program, String name) throws Exception {
    for (String value : SENSELESS) {
      ObjectNode given = with(name, Simulation.JSON.readTree(value));
      try {
        program.prepare(given, CAST);
      } catch (RefusedRequest refused) {
        assertThat(refused.getMessage())
            .as("%s: %s", name, value)
            .startsWith(name.equals("messages") ? "" : name)
            .contains("(expected: ");
        continue;
      }
      play(program, given);
    }
  }

  private static void play(Pattern program, ObjectNode given) {
    Simulation.of(program, given.toString().replace("'", ""), CAST, (step, told) -> "42").play();
  }

  private static ObjectNode request() {
    return Simulation.object("{'prompt':'Tell me of the sea.'}");
  }

  private static ObjectNode with(String name, JsonNode value) {
    ObjectNode request = request();
    int dot = name.indexOf('.');
    ObjectNode parent = dot < 0 ? request : request.putObject(name.substring(0, dot));
    parent.set(name.substring(dot + 1), value);
    return request;
  }
}
