package io.llmcluster.patterns.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.model.CrewMember;
import io.llmcluster.patterns.program.Place;
import io.llmcluster.patterns.program.Prompt;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.program.StepSpec;
import io.llmcluster.patterns.request.CommonRequest;
import java.util.List;
import java.util.Map;

/** Gives steps to the agents of a run: each speaks with its model, its temperature, its nodes. */
public final class Worker {

  /** Tokens that a plan may have at least for each of its tasks, beside its frame. */
  private static final int TASK_TOKENS = 128;

  /** Of an answer that a request says nothing about. */
  private static final double TEMPERATURE = 0.7;

  private final ObjectNode request;
  private final Crew crew;
  private final TaskTexts texts;
  private final long structuredTokens;

  /**
   * Of one run.
   *
   * @param mostTasks of a plan; a model that rambles is cut where such a plan could end
   */
  public Worker(Run run, int mostTasks) {
    this.request = run.request();
    this.crew = Crew.of(request);
    this.texts = new TaskTexts(run);
    this.structuredTokens = StepSpec.STRUCTURED_TOKENS + (long) TASK_TOKENS * mostTasks;
  }

  public Crew crew() {
    return crew;
  }

  /** Whoever has the role; else the plain model. */
  public CrewMember member(String role) {
    return crew.find(role)
        .orElseGet(
            () ->
                new CrewMember(
                    "",
                    "",
                    request.path("options").path("temperature").asDouble(TEMPERATURE),
                    CommonRequest.models(request).get(0),
                    NodeConstraint.ANY));
  }

  /**
   * A step of the one who has a role.
   *
   * @param seed what the chance of this step adds to that of its run
   */
  public StepSpec step(String id, String kind, String role, Prompt prompt, int seed) {
    CrewMember member = member(role);
    String lane = member.role().isEmpty() ? member.model() : member.role();
    return StepSpec.of(
            id, kind, lane, member.model(), spokenBy(member, prompt), options(member, seed))
        .on(member.nodes());
  }

  /** The same with an output that must match a schema, and room for it. */
  public StepSpec structured(
      String id, String kind, String role, Prompt prompt, String schema, int seed) {
    return step(id, kind, role, prompt, seed).matching(schema, structuredTokens);
  }

  private Prompt spokenBy(CrewMember member, Prompt prompt) {
    if (member.system().isBlank()) {
      return prompt;
    }
    String pointer = Crew.systemPointer(crew.members().indexOf(member));
    return prompt.place("system", new Place.InRequest(pointer));
  }

  private Map<String, Object> options(CrewMember member, int seed) {
    return CommonRequest.options(request, member.temperature(), CommonRequest.seed(request) + seed);
  }

  /** The prompt of a step that plans: it is told the roles, if there are any. */
  public Prompt planning(Prompt prompt) {
    return crew.workers().isEmpty() ? prompt : prompt.place("roles", new Place.OfRoles());
  }

  public List<String> roleNames() {
    return crew.workers().stream().map(CrewMember::role).toList();
  }

  /** The prompt of a task. */
  public Prompt work(String template, Task task, List<Prompt.Item> inputs) {
    Prompt prompt = Prompt.of(template).list("inputs", inputs);
    prompt = with(prompt, "title", task.title(), task);
    prompt = with(prompt, "instruction", task.instruction(), task);
    prompt = with(prompt, "expectedOutput", task.expectedOutput(), task);
    return with(prompt, "acceptance", task.acceptance(), task);
  }

  /**
   * With a text of a task, if it is not blank: a copy, or where it stands.
   *
   * @param field of the task, and variable of the template
   */
  public Prompt with(Prompt prompt, String field, String text, Task task) {
    return texts.put(prompt, field, text, task);
  }
}
