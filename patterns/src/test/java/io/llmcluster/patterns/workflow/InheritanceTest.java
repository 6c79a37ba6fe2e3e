package io.llmcluster.patterns.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.ensemble.EnsemblePattern;
import io.llmcluster.patterns.maestro.Maestro;
import io.llmcluster.patterns.model.Cast;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.model.CrewMember;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.program.Place;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepRecord;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.prompt.Prompts;
import io.llmcluster.patterns.testkit.Agents;
import io.llmcluster.patterns.testkit.Script;
import io.llmcluster.patterns.testkit.Simulation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a fork takes over, by the parameter that it changes. */
class InheritanceTest {

  private static final Pattern ENSEMBLE = new EnsemblePattern();
  private static final Pattern DECOMPOSE = new Decompose();
  private static final Cast CAST = Simulation.cast(Agents.DEFAULT, "a", "b", "c", "big");

  private static final String PLAN =
      """
      {"tasks":[{"id":"a","title":"A","instruction":"i","role":"Code","dependsOn":[]},
        {"id":"b","title":"B","instruction":"i","role":"Code","dependsOn":["a"]}]}
      """;

  private static Run ensemble() {
    return Simulation.of(
            ENSEMBLE,
            "{'prompt':'What is 2 + 2?','seed':5,'quorum':'all'}",
            CAST,
            (step, told) -> "Answer: 4")
        .play()
        .run();
  }

  private static Simulation decompose(String more) {
    return Simulation.of(
            DECOMPOSE,
            "{'prompt':'the job','seed':5" + more + "}",
            CAST,
            new Script().say("plan", PLAN))
        .play();
  }

  private static Set<String> kept(Pattern pattern, Run parent, String changes) {
    Run fork =
        Inheritance.of(
            parent,
            ChangedRequest.prepared(
                parent.request(), null, Simulation.object(changes), pattern, CAST),
            pattern,
            true);
    return fork.steps().keySet();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'rule':'weighted'}",
        "{'quorum':1}",
        "{'stragglerDeadline':5}",
        "{'budget':{'tokens':5}}",
        "{'aggregator':'c'}"
      })
  void what_does_not_change_what_is_asked_forgets_nothing(String changes) {
    assertThat(kept(ENSEMBLE, ensemble(), changes))
        .containsExactly("candidate/1.1", "candidate/2.1", "candidate/3.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'prompt':'What is 3 + 3?'}",
        "{'messages':[{'role':'user','content':'What is 3 + 3?'}]}",
        "{'temperature':0.1}",
        "{'seed':6}",
        "{'options':{'num_predict':7}}",
        "{'answers':'open'}"
      })
  void what_changes_every_question_forgets_every_answer(String changes) {
    assertThat(kept(ENSEMBLE, ensemble(), changes)).isEmpty();
  }

  @Test
  void a_model_that_is_replaced_is_the_only_one_that_is_asked_again() {
    Run parent = ensemble();
    String models = parent.request().path("models").toString().replaceFirst("\"\\w+\"", "\"big\"");
    assertThat(kept(ENSEMBLE, parent, "{'models':" + models + "}"))
        .containsExactly("candidate/2.1", "candidate/3.1");
  }

  @Test
  void numbers_that_come_back_from_the_store_as_another_type_are_the_same() {
    Run stored = ensemble();
    for (StepRecord step : Map.copyOf(stored.steps()).values()) {
      StepSpec spec = step.spec();
      Map<String, Object> options = new HashMap<>(spec.options());
      options.replaceAll((key, value) -> value instanceof Long l ? (Object) l.intValue() : value);
      StepSpec read =
          StepSpec.of(spec.id(), spec.kind(), spec.lane(), spec.model(), spec.prompt(), options);
      stored =
          stored.with(StepRecord.begun(read).completed(1, step.output(), 1, 1, 1, "stop", "n"));
    }
    assertThat(kept(ENSEMBLE, stored, "{}")).hasSize(3);
  }

  @Test
  void a_plan_that_may_be_larger_is_made_anew_and_one_that_only_fails_otherwise_is_kept() {
    Run parent = decompose("").run();
    assertThat(kept(DECOMPOSE, parent, "{'onFail':'skip','retries':0}"))
        .containsExactly("plan", "task/a", "task/b");
    assertThat(kept(DECOMPOSE, parent, "{'maxTasks':20}")).isEmpty();
    assertThat(kept(DECOMPOSE, parent, "{'models':['a']}")).isEmpty();
    assertThat(kept(DECOMPOSE, parent, "{'mode':'external'}")).containsExactly("plan");
  }

  @Test
  void what_a_person_said_about_the_plan_is_kept_with_it() {
    Run parent =
        decompose(",'approvePlan':true").input(Simulation.object("{'approved':true}")).run();
    assertThat(kept(DECOMPOSE, parent, "{'onFail':'skip'}"))
        .containsExactly("plan", "task/a", "task/b");
  }

  private static final Pattern DEBATE = new Debate();

  /** The critique round turns two of three round. */
  private static Run approvedDebate() {
    var script =
        io.llmcluster.patterns.debate.Script.answering("18/0.9", "18/0.9", "20/0.9")
            .changes("round1/debater1", "20", "a slip")
            .changes("round1/debater2", "20", "a slip");
    return Simulation.of(
            DEBATE,
            "{'prompt':'How many?','answers':'number','models':['a','b','c'],'seed':5,"
                + "'gate':1,'rounds':1,'approve':true}",
            CAST,
            script)
        .play()
        .input(Simulation.object("{'approve':true}"))
        .run();
  }

  private static Run fork(Run parent, String changes) {
    return Inheritance.of(
        parent,
        ChangedRequest.prepared(parent.request(), null, Simulation.object(changes), DEBATE, CAST),
        DEBATE,
        true);
  }

  @Test
  void an_approval_counts_for_the_verdict_that_was_seen_and_for_no_other() {
    Run parent = approvedDebate();
    assertThat(fork(parent, "{'budget':{'tokens':50000}}").inputs()).containsKey("verdict");
    Run settled = fork(parent, "{'gate':0.1}");
    assertThat(settled.inputs()).isEmpty();
    assertThat(DEBATE.next(settled.with(verdict(settled))).input()).isNotNull();
  }

  /** What the program decides of what is there. */
  private static Decision verdict(Run run) {
    Run now = run;
    for (int turn = 0; turn < 10; turn++) {
      Decision decision = DEBATE.next(now).decision();
      if (decision == null) {
        break;
      }
      if (decision.id().equals("verdict")) {
        return decision;
      }
      now = now.with(decision);
    }
    throw new AssertionError("no verdict: " + DEBATE.next(now));
  }

  @Test
  void who_took_part_still_does_though_other_models_are_readier_now() {
    Run parent = decompose("").run();
    Cast later = Simulation.cast(Agents.DEFAULT, "other", "newer");
    Run fork =
        Inheritance.of(
            parent,
            ChangedRequest.prepared(
                parent.request(), null, Simulation.object("{'onFail':'skip'}"), DECOMPOSE, later),
            DECOMPOSE,
            true);
    assertThat(fork.steps()).hasSize(3);
  }

  @Test
  void agents_that_a_fork_names_are_those_that_take_part() {
    ObjectNode before = decompose("").run().request();
    ObjectNode fork =
        ChangedRequest.prepared(
            before, null, Simulation.object("{'agents':['Code']}"), DECOMPOSE, CAST);
    assertThat(Crew.of(before).workers()).hasSizeGreaterThan(1);
    assertThat(Crew.of(fork).workers()).extracting(CrewMember::role).containsExactly("Code");
  }

  private static final Pattern MAESTRO = new Maestro();

  private static Run maestro() {
    var script =
        new Script()
            .say(
                "analysis",
                "{\"complexity\":\"complex\",\"assignments\":[{\"id\":\"a\",\"role\":\"Code\","
                    + "\"instruction\":\"i\",\"dependsOn\":[],\"acceptance\":\"good\"}]}")
            .say("review/a", "{\"reason\":\"r\",\"accepted\":true}")
            .say("check", "{\"reason\":\"r\",\"satisfied\":true}");
    return Simulation.of(MAESTRO, "{'prompt':'the job','seed':5}", CAST, script).play().run();
  }

  @Test
  void only_an_agent_whose_system_prompt_is_another_now_is_asked_again() {
    Run parent = maestro();
    assertThat(parent.steps()).containsOnlyKeys("analysis", "task/a", "review/a", "check");
    ObjectNode request = parent.request().deepCopy();
    for (JsonNode member : request.path("crew")) {
      if (member.path("role").asText().equals(Crew.CRITIC)) {
        ((ObjectNode) member).put("system", "You are lenient.");
      }
    }
    assertThat(Inheritance.of(parent, request, MAESTRO, true).steps())
        .containsOnlyKeys("analysis", "task/a");
  }

  @Test
  void what_is_taken_over_refers_to_the_request_of_the_fork() {
    Run parent = maestro();
    ObjectNode request = parent.request().deepCopy();
    ArrayNode crew = (ArrayNode) request.path("crew");
    crew.add(crew.remove(1)); // the coordinator; the others keep their order
    Run fork = Inheritance.of(parent, request, MAESTRO, true);
    assertThat(fork.steps()).hasSize(4);
    for (StepRecord step : fork.steps().values()) {
      assertThat(Prompts.render(step.spec().prompt(), fork))
          .isEqualTo(Prompts.render(parent.step(step.id()).orElseThrow().spec().prompt(), parent));
    }
    assertThat(Inheritance.of(fork, parent.request(), MAESTRO, true).steps()).hasSize(4);
  }

  /** By a person, of two tasks that need nothing. */
  private static ObjectNode edited(String first, String second) {
    String more = ", and all that belongs to it, in the order in which it came about";
    return Simulation.object(
        "{'tasks':[{'id':'a','instruction':'%s'},{'id':'b','instruction':'%s'}]}"
            .formatted(first + more, second + more));
  }

  @Test
  void a_task_that_a_person_words_otherwise_is_done_again() {
    Run parent = decompose(",'approvePlan':true").input(edited("one", "two")).run();
    assertThat(parent.step("task/b").orElseThrow().spec().prompt().places().get("instruction"))
        .isEqualTo(new Place.InDecision("plan", "/tasks/1/instruction"));
    Run fork = Inheritance.of(parent, parent.request(), DECOMPOSE, true);
    assertThat(fork.steps()).containsOnlyKeys("plan", "task/a", "task/b", "synthesis");
    assertThat(fork.decisions()).isEmpty();
    assertThat(Inheritance.of(fork, fork.request(), DECOMPOSE, true).steps()).hasSize(4);
    Run other = parent.with("plan", edited("one", "three"));
    assertThat(Inheritance.of(other, parent.request(), DECOMPOSE, true).steps())
        .containsOnlyKeys("plan", "task/a");
  }

  @Test
  void a_record_that_copied_its_texts_is_as_good_as_one_that_refers_to_them() {
    Run parent = decompose("").run();
    Run copied = parent;
    for (StepRecord step : parent.steps().values()) {
      Prompt now = step.spec().prompt();
      Map<String, String> values = new HashMap<>(now.values());
      now.places()
          .forEach(
              (name, place) ->
                  values.put(
                      name,
                      place instanceof Place.InRequest in
                          ? parent.request().at(in.pointer()).asText()
                          : Crew.of(parent.request()).roles()));
      assertThat(values).isNotEqualTo(now.values());
      copied =
          copied.with(
              step.telling(new Prompt(now.template(), values, now.outputs(), now.lists(), null)));
    }
    assertThat(kept(DECOMPOSE, copied, "{}")).containsExactly("plan", "task/a", "task/b");
  }
}
