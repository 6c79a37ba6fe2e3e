package io.llmcluster.node.embedded;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.Pair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * llama.cpp inside this process. Only for a child process: a native abort ends the process, and
 * closing a model does not give its memory back, so it is never closed.
 */
public final class LlamaGenerator implements Generator {
  private final LlamaModel model;
  private final int slotContext;

  /** Loads {@code file}; {@code context} tokens are split evenly between {@code parallel} slots. */
  public LlamaGenerator(Path file, int context, int threads, int parallel) {
    this.slotContext = context / parallel;
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
  public String template(List<Message> messages) {
    List<Pair<String, String>> pairs = new ArrayList<>();
    messages.forEach(m -> pairs.add(new Pair<>(m.role(), m.content())));
    return model.applyTemplate(new InferenceParameters("").setMessages("", pairs));
  }

  @Override
  public Result generate(
      String prompt, Options options, BooleanSupplier cancelled, Consumer<String> out) {
    int promptTokens = model.encode(prompt).length;
    int room = slotContext - promptTokens;
    if (room <= 0) { // llama.cpp itself would cut the prompt silently
      throw new IllegalArgumentException(
          "the prompt is longer than the context length currently available to the model");
    }
    int limit = options.numPredict() < 0 ? room : Math.min(room, options.numPredict());
    long start = System.nanoTime();
    long first = start;
    int count = 0;
    if (limit > 0) {
      LlamaIterator pieces = model.generate(parameters(prompt, options, limit)).iterator();
      boolean ended = false;
      try {
        while (pieces.hasNext() && !cancelled.getAsBoolean()) {
          String piece = pieces.next().text;
          first = count++ == 0 ? System.nanoTime() : first;
          if (!piece.isEmpty()) {
            out.accept(piece);
          }
        }
        ended = !pieces.hasNext();
      } finally {
        if (!ended) { // a dropped iterator would go on generating in its slot
          pieces.cancel();
        }
      }
    }
    String reason = count > limit || limit == 0 ? "length" : "stop";
    int tokens = Math.min(count, limit);
    return new Result(promptTokens, tokens, first - start, System.nanoTime() - first, reason);
  }

  private static InferenceParameters parameters(String prompt, Options options, int limit) {
    InferenceParameters parameters =
        new InferenceParameters(prompt)
            .setNPredict(limit)
            .setTemperature(options.temperature())
            .setTopK(options.topK())
            .setTopP(options.topP());
    if (options.seed() >= 0) {
      parameters.setSeed(options.seed());
    }
    if (!options.stop().isEmpty()) {
      parameters.setStopStrings(options.stop().toArray(String[]::new));
    }
    return parameters;
  }
}
