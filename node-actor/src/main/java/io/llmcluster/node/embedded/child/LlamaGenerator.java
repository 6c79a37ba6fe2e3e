package io.llmcluster.node.embedded.child;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * llama.cpp inside this process. Only for a child process: a native abort ends the process, and
 * closing a model does not give its memory back, so it is never closed.
 */
public final class LlamaGenerator implements Generator {
  /** Longer than nearly all tokens; text beyond it cannot matter, and encoding it takes minutes. */
  private static final int CHARS_PER_TOKEN = 12;

  private final LlamaModel model;
  private final int context;

  /** Loads {@code file}; {@code context} tokens are split evenly between {@code parallel} slots. */
  public LlamaGenerator(Path file, int context, int threads, int parallel) {
    this.context = context / parallel;
    this.model =
        new LlamaModel(
            new ModelParameters()
                .setModel(file.toString())
                .setCtxSize(context)
                .setThreads(threads)
                .setParallel(parallel)
                .disableLog());
  }

  @Override
  public int context() {
    return context;
  }

  @Override
  public int count(String text) {
    return model.encode(text).length;
  }

  @Override
  public String text(List<Integer> tokens) {
    return tokens.isEmpty() ? "" : model.decode(tokens.stream().mapToInt(id -> id).toArray());
  }

  @Override
  public String template(List<Message> messages) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode list = root.putArray("messages");
    messages.forEach(m -> list.addObject().put("role", m.role()).put("content", m.content()));
    return model.applyTemplate(root.toString()); // the typed call lets user and assistant only
  }

  @Override
  public String grammar(String schema) {
    return LlamaModel.jsonSchemaToGrammar(schema);
  }

  @Override
  public Result generate(
      String prompt, Options options, BooleanSupplier cancelled, Consumer<String> out) {
    int reserve = Math.max(1, Math.min(positiveOr(options.numPredict(), context), context / 4));
    String fitted = fit(prompt, context - (options.wholePrompt() ? 1 : reserve));
    int[] read = model.encode(fitted);
    int promptTokens = read.length;
    int room = Math.max(1, context - promptTokens);
    int limit = Math.min(room, positiveOr(options.numPredict(), room));
    StringBuilder text = new StringBuilder();
    long start = System.nanoTime();
    long first = start;
    int events = 0;
    LlamaIterator pieces = model.generate(parameters(fitted, options, limit)).iterator();
    boolean ended = false;
    try {
      while (pieces.hasNext() && !cancelled.getAsBoolean()) {
        String piece = pieces.next().text;
        first = events++ == 0 ? System.nanoTime() : first;
        if (!piece.isEmpty()) {
          text.append(piece);
          out.accept(piece);
        }
      }
      ended = !pieces.hasNext();
    } finally {
      if (!ended) { // a dropped iterator would go on generating in its slot
        pieces.cancel();
      }
    }
    long end = System.nanoTime();
    // The last event is the end itself; several tokens of one character come as one event.
    int[] written = model.encode(text.toString());
    int tokens = Math.max(events - 1, written.length);
    String reason = ended && tokens >= limit ? "length" : "stop";
    return new Result(
        promptTokens,
        Math.min(tokens, limit),
        first - start,
        end - first,
        reason,
        IntStream.concat(Arrays.stream(read), Arrays.stream(written)).boxed().toList());
  }

  /** The end of {@code prompt}, at most {@code most} tokens; llama.cpp cuts the middle, unasked. */
  private String fit(String prompt, int most) {
    int from = Math.max(0, prompt.length() - most * CHARS_PER_TOKEN);
    if (from > 0 && Character.isLowSurrogate(prompt.charAt(from))) {
      from++;
    }
    int[] tokens = model.encode(prompt.substring(from));
    return tokens.length <= most
        ? prompt.substring(from)
        : model.decode(Arrays.copyOfRange(tokens, tokens.length - most, tokens.length));
  }

  private static int positiveOr(int value, int otherwise) {
    return value > 0 ? value : otherwise;
  }

  private static InferenceParameters parameters(String prompt, Options options, int limit) {
    InferenceParameters parameters =
        new InferenceParameters(prompt)
            .setNPredict(limit)
            .setTemperature(options.temperature())
            .setTopK(options.topK())
            .setTopP(options.topP())
            .setMinP(options.minP())
            .setRepeatPenalty(options.repeatPenalty())
            .setPresencePenalty(options.presencePenalty())
            .setFrequencyPenalty(options.frequencyPenalty());
    if (options.seed() >= 0) {
      parameters.setSeed(options.seed());
    }
    if (!options.stop().isEmpty()) {
      parameters.setStopStrings(options.stop().toArray(String[]::new));
    }
    if (!options.grammar().isEmpty()) {
      parameters.setGrammar(options.grammar());
    }
    return parameters;
  }
}
