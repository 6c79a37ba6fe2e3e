package io.llmcluster.bench.workflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.history.WorkflowHistory.Recorded;
import io.llmcluster.patterns.workflow.WorkflowEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * What the journal of one run of each real pattern holds: the payloads, by what they are for,
 * against the text that came out of the models.
 */
final class JournalSizes {

  private static final String QUESTION =
      "We want to move the reports of a small company from spreadsheets to a database. What has to "
          + "be thought of, in which order should it be done, and how would a first table look?";

  private JournalSizes() {}

  /**
   * Plays them and says what was counted.
   *
   * @param say takes the lines of a table
   */
  static void measure(Path folder, Consumer<String> say) throws Exception {
    say.accept(
        "journal of a run      steps   B/step   to text | B: begun  scheduled  completed  "
            + "decided   rest");
    try (BenchMember member = new BenchMember(folder, new Scripted())) {
      for (String pattern : List.of("ensemble", "debate", "auto", "maestro", "decompose")) {
        say.accept(of(member, pattern, "one-" + pattern, pattern, request(pattern)));
      }
      ObjectNode job = request("decompose");
      say.accept(of(member, "decompose, repaired", Scripted.REPAIRED, "decompose", job));
      ObjectNode vote = request("ensemble").put("answers", "number");
      say.accept(of(member, "ensemble, a number", Scripted.SHORT, "ensemble", vote));
    }
  }

  private static String of(
      BenchMember member, String label, String id, String pattern, ObjectNode request)
      throws Exception {
    member.submit(id, pattern, request).toCompletableFuture().get(60, TimeUnit.SECONDS);
    member.end(id).toCompletableFuture().get(60, TimeUnit.SECONDS);
    List<Recorded> events =
        member
            .history()
            .events(id, 0, Long.MAX_VALUE)
            .runWith(Sink.seq(), member.system())
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    return line(label, events, SerializationExtension.get(member.system()));
  }

  private static ObjectNode request(String pattern) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("prompt", QUESTION);
    request.put("seed", 5);
    if (!pattern.equals("maestro") && !pattern.equals("decompose")) {
      request.putArray("models").add("fast").add("middle").add("slow");
    }
    return request;
  }

  private static String line(String label, List<Recorded> events, Serialization serialization) {
    long begun = 0;
    long scheduled = 0;
    long completed = 0;
    long decided = 0;
    long rest = 0;
    long steps = 0;
    long text = 0;
    for (Recorded recorded : events) {
      long bytes = serialization.serialize(recorded.event()).get().length;
      if (recorded.event() instanceof WorkflowEvent.WorkflowCreated) {
        begun += bytes;
      } else if (recorded.event() instanceof WorkflowEvent.StepScheduled) {
        scheduled += bytes;
        steps++;
      } else if (recorded.event() instanceof WorkflowEvent.StepCompleted done) {
        completed += bytes;
        text += done.output().getBytes(StandardCharsets.UTF_8).length;
      } else if (recorded.event() instanceof WorkflowEvent.DecisionMade) {
        decided += bytes;
      } else {
        rest += bytes;
      }
    }
    long all = begun + scheduled + completed + decided + rest;
    return String.format(
        Locale.ROOT,
        "%-20s %6d %8.0f %8.2fx | %8d %10d %10d %8d %6d",
        label,
        steps,
        (double) all / steps,
        (double) all / text,
        begun,
        scheduled,
        completed,
        decided,
        rest);
  }
}
