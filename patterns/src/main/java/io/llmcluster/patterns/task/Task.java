package io.llmcluster.patterns.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One task of a plan.
 *
 * @param id unique in its plan: letters, digits, {@code - _}
 * @param title in a few words
 * @param instruction what is to be done, complete in itself
 * @param role of the agent that does it; empty or unknown: the plain model
 * @param dependsOn ids of the tasks whose results it needs, each once
 * @param expectedOutput what its result looks like; may be empty
 * @param acceptance when its result is good enough; may be empty
 * @param retries further attempts after a failed one; null: as the run says
 * @param onFail what happens when it has failed for good; null: as the run says
 * @param generation 0: of the first plan; n: of the n-th time that it was planned anew
 */
public record Task(
    String id,
    String title,
    String instruction,
    String role,
    List<String> dependsOn,
    String expectedOutput,
    String acceptance,
    @Nullable Integer retries,
    @Nullable OnFail onFail,
    int generation) {

  /** Characters of a title made out of an instruction. */
  private static final int TITLE = 60;

  public Task {
    dependsOn = dependsOn.stream().distinct().toList();
  }

  /**
   * Reads a task that a model planned and that matches its schema. What only people may say is
   * ignored.
   *
   * @param position in its plan, from 1: its id if it has none
   */
  public static Task planned(JsonNode json, int position, int generation) {
    return of(json, position, null, null, generation);
  }

  /** Reads a task that was recorded or that a person gave, and that matches its schema. */
  static Task recorded(JsonNode json, int position) {
    return of(
        json,
        position,
        json.path("retries").isInt() ? json.path("retries").asInt() : null,
        json.path("onFail").isTextual() ? OnFail.of(json.path("onFail").asText()) : null,
        json.path("generation").asInt());
  }

  private static Task of(
      JsonNode json,
      int position,
      @Nullable Integer retries,
      @Nullable OnFail onFail,
      int generation) {
    List<String> dependsOn = new ArrayList<>();
    json.path("dependsOn").forEach(id -> dependsOn.add(id.asText().strip()));
    String id = text(json, "id");
    String instruction = text(json, "instruction");
    String title = text(json, "title");
    return new Task(
        id.isEmpty() ? Integer.toString(position) : id,
        title.isEmpty() ? shortened(instruction) : title,
        instruction,
        text(json, "role"),
        dependsOn,
        text(json, "expectedOutput"),
        text(json, "acceptance"),
        retries,
        onFail,
        generation);
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asText().strip();
  }

  /** All that is needed to read it again. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id).put("title", title).put("instruction", instruction).put("role", role);
    ArrayNode needed = json.putArray("dependsOn");
    dependsOn.forEach(needed::add);
    json.put("expectedOutput", expectedOutput).put("acceptance", acceptance);
    if (retries != null) {
      json.put("retries", retries);
    }
    if (onFail != null) {
      json.put("onFail", onFail.word());
    }
    if (generation > 0) {
      json.put("generation", generation);
    }
    return json;
  }

  /** The step that does it: another one for a task of the same id in a later plan. */
  public String step() {
    return generation == 0 ? "task/" + id : "task/" + id + "." + generation;
  }

  /** The same without the dependencies that are not among these. */
  public Task needingOnly(Collection<String> ids) {
    return new Task(
        id,
        title,
        instruction,
        role,
        dependsOn.stream().filter(ids::contains).toList(),
        expectedOutput,
        acceptance,
        retries,
        onFail,
        generation);
  }

  private static String shortened(String instruction) {
    String line = instruction.lines().findFirst().orElse("");
    return line.length() <= TITLE ? line : line.substring(0, TITLE - 3) + "...";
  }
}
