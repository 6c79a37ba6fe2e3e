package io.llmcluster.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.it.ProcessCrashes.Script;
import io.llmcluster.testkit.Conversation;
import io.llmcluster.testkit.ScriptedBackend.Asked;
import io.llmcluster.testkit.Workflow;
import java.util.List;

/** What models say in the runs that lose their process: whoever wants a form gets one. */
final class CrashScripts {

  private static final String APPLES =
      "{\"prompt\":\"How many apples are there?\",\"models\":[\"a\",\"b\",\"c\"],"
          + "\"answers\":\"number\",\"seed\":5}";

  private static final String JOB = "{\"prompt\":\"the job\",\"models\":[\"a\"],\"seed\":5}";

  /** The first ones are the cheapest. */
  static final List<Script> ALL =
      List.of(
          pattern("ensemble", APPLES),
          pattern("debate", APPLES),
          new Script(
              "conversation",
              gateway ->
                  new ConversationClient(Conversation.begin(gateway, ConversationClient.REQUEST))),
          pattern("decompose", JOB),
          pattern("maestro", JOB),
          pattern("auto", APPLES));

  private static final String PLAN =
      "{\"tasks\":[{\"id\":\"a\",\"title\":\"A\",\"instruction\":\"do"
          + " a\",\"role\":\"\",\"dependsOn\":[]},{\"id\":\"b\",\"title\":\"B\",\"instruction\":\"do"
          + " b\",\"role\":\"\",\"dependsOn\":[]},{\"id\":\"c\",\"title\":\"C\",\"instruction\":\"do"
          + " c\",\"role\":\"\",\"dependsOn\":[\"a\",\"b\"]}]}";

  private static final String ASSIGNMENTS =
      "{\"complexity\":\"complex\",\"assignments\":[{\"id\":\"a\",\"role\":\"Research\",\"instruction\":\"do"
          + " a\",\"dependsOn\":[],\"acceptance\":\"done\"},{\"id\":\"b\",\"role\":\"Code\",\"instruction\":\"do"
          + " b\",\"dependsOn\":[\"a\"],\"acceptance\":\"done\"}]}";

  private CrashScripts() {}

  private static Script pattern(String name, String request) {
    return new Script(
        name,
        gateway ->
            new WorkflowClient(Workflow.begin(gateway, name, request), CrashScripts::answer));
  }

  private static String answer(Asked call) {
    JsonNode wanted = call.body().path("format").path("properties");
    String number = call.body().path("model").asText().startsWith("a") ? "17" : "18";
    if (wanted.has("tasks")) {
      return PLAN;
    }
    if (wanted.has("complexity")) {
      return ASSIGNMENTS;
    }
    if (wanted.has("accepted")) {
      return "{\"reason\":\"good\",\"accepted\":true}";
    }
    if (wanted.has("satisfied")) {
      return "{\"reason\":\"good\",\"satisfied\":true}";
    }
    if (wanted.has("errorFound")) {
      return "{\"analysis\":\"none\",\"errorFound\":false}";
    }
    if (wanted.has("choice")) {
      return "{\"reason\":\"better\",\"choice\":\"A\"}";
    }
    if (wanted.has("keep")) {
      return "{\"reasoning\":\"counted again\",\"keep\":true,\"confidence\":40}";
    }
    if (wanted.has("answer")) {
      return "{\"reasoning\":\"counted\",\"answer\":\"" + number + "\",\"confidence\":40}";
    }
    return call.body().toString().contains("apples")
        ? "Answer: " + number
        : "text of " + call.step();
  }
}
