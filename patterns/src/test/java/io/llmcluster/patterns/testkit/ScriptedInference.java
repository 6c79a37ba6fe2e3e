package io.llmcluster.patterns.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.core.inference.Inference;
import io.llmcluster.core.inference.InferenceAnswer;
import io.llmcluster.core.inference.InferenceCall;
import io.llmcluster.core.inference.InferenceFailure;
import io.llmcluster.core.inference.InferenceRequest;
import io.llmcluster.core.inference.NodeConstraint;
import io.llmcluster.core.inference.PlacementListener;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Models that answer when the test says so, as the inference port does. Thread-safe. */
public final class ScriptedInference implements Inference {

  public static final int PROMPT_TOKENS = 10;
  public static final int COMPLETION_TOKENS = 20;

  private static final String NDJSON = "application/x-ndjson";

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile boolean busy;

  @Override
  public InferenceCall ask(InferenceRequest request, PlacementListener listener) {
    Asked call = new Asked(request, listener);
    if (!busy) {
      call.place();
    }
    asked.add(call);
    return call;
  }

  /** From now on a call waits in the queue until it is {@linkplain Asked#place placed}. */
  public void beBusy() {
    busy = true;
  }

  /** Every call, in the order in which they came. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** Calls that have no answer yet and are wanted. */
  public List<Asked> open() {
    return asked.stream().filter(Asked::isOpen).toList();
  }

  /** The open call of a step, once there is one. */
  public Asked await(String step) {
    return Awaitility.await("a call of " + step)
        .until(
            () -> open().stream().filter(call -> call.step().equals(step)).findFirst().orElse(null),
            found -> found != null);
  }

  /** Lines of a streamed {@code /api/chat} answer. */
  public static ByteString lines(String text, int promptTokens, int completionTokens) {
    var piece = Simulation.JSON.createObjectNode().put("done", false);
    piece.putObject("message").put("role", "assistant").put("content", text);
    var last =
        Simulation.JSON
            .createObjectNode()
            .put("done", true)
            .put("done_reason", "stop")
            .put("prompt_eval_count", promptTokens)
            .put("eval_count", completionTokens);
    return ByteString.fromString(piece + "\n" + last + "\n");
  }

  /** One call, and what the test does with it. */
  public static final class Asked implements InferenceCall {
    private final InferenceRequest request;
    private final PlacementListener listener;
    private final CompletableFuture<InferenceAnswer> answer = new CompletableFuture<>();
    private volatile boolean aborted;

    private Asked(InferenceRequest request, PlacementListener listener) {
      this.request = request;
      this.listener = listener;
    }

    /** A node has it. */
    public void place() {
      listener.placed();
    }

    /** The node that had it is gone, and it waits in the queue. */
    public void displace() {
      listener.displaced();
    }

    @Override
    public CompletionStage<InferenceAnswer> answer() {
      return answer;
    }

    @Override
    public void cancel() {
      if (isOpen()) {
        aborted = true; // first: whoever hears of the end may ask at once
        answer.completeExceptionally(new InferenceFailure.Cancelled());
      }
    }

    /** {@code WORKFLOW/STEP/ATTEMPT}. */
    public String key() {
      return request.id();
    }

    public String step() {
      return key().substring(key().indexOf('/') + 1, key().lastIndexOf('/'));
    }

    public int attempt() {
      return Integer.parseInt(key().substring(key().lastIndexOf('/') + 1));
    }

    public JsonNode body() {
      try {
        return Simulation.JSON.readTree(request.body().toArrayUnsafe());
      } catch (IOException broken) {
        throw new AssertionError(broken);
      }
    }

    /** Where it may run. */
    public NodeConstraint nodes() {
      return request.nodes();
    }

    public boolean isOpen() {
      return !answer.isDone();
    }

    /** Whether whoever asked went away, before the answer or in its middle. */
    public boolean isAborted() {
      return aborted;
    }

    public void answer(String text) {
      stream(Source.single(lines(text, PROMPT_TOKENS, COMPLETION_TOKENS)));
    }

    /** Answers as a script says; null: it fails. */
    public void say(@Nullable String text) {
      if (text == null) {
        error("scripted failure");
      } else {
        answer(text);
      }
    }

    /** Begins an answer that has no end. */
    public void begin(String text) {
      stream(Source.single(piece(text)).concat(Source.maybe()));
    }

    /** Says the same again and again, for ever. */
    public void ramble(String text) {
      stream(Source.repeat(piece(text)));
    }

    /** Writes these pieces, and then its node is gone. */
    public void breakOff(String... pieces) {
      stream(
          Source.range(0, pieces.length)
              .map(
                  at -> {
                    if (at == pieces.length) {
                      throw new IOException("connection reset");
                    }
                    return piece(pieces[at]);
                  }));
    }

    /** The backend gives up in the middle. */
    public void error(String message) {
      stream(Source.single(ByteString.fromString("{\"error\":\"" + message + "\"}\n")));
    }

    public void refuse(int status, String message) {
      answer.complete(
          new InferenceAnswer.Whole(
              "n1",
              status,
              "application/json",
              ByteString.fromString("{\"error\":\"" + message + "\"}"),
              () -> {}));
    }

    public void fail(Throwable failure) {
      answer.completeExceptionally(failure);
    }

    private void stream(Source<ByteString, NotUsed> body) {
      answer.complete(
          new InferenceAnswer.Streamed(
              "n1",
              200,
              NDJSON,
              body.watchTermination(
                  (mat, done) -> {
                    done.whenComplete((end, failure) -> aborted = true);
                    return mat;
                  })));
    }

    private static ByteString piece(String text) {
      var line = Simulation.JSON.createObjectNode().put("done", false);
      line.putObject("message").put("role", "assistant").put("content", text);
      return ByteString.fromString(line + "\n");
    }
  }
}
