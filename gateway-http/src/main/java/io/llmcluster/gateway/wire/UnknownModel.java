package io.llmcluster.gateway.wire;

import java.util.regex.Pattern;

/**
 * What is said of a model that no node has. Ollama's own order is the other way round, first the
 * form of the name and then whether it is there; but other servers have names that it would not
 * take (paths of files), and these have to work.
 */
public final class UnknownModel {

  /** Where the model is to run, said twice (Ollama's internal/modelref). */
  private static final Pattern TWO_SOURCES =
      Pattern.compile(".*(?::local|[:-]cloud):(?:local|cloud)", Pattern.CASE_INSENSITIVE);

  private UnknownModel() {}

  /** The refusal in Ollama's words, of which it has many (its server/routes.go). */
  public static WireException refusal(Endpoint endpoint, String model) {
    if (!ModelNames.isWellFormed(model)) {
      return illFormed(model);
    }
    return notFound(
        switch (endpoint) {
          case EMBED, EMBEDDINGS -> "model \"" + model + "\" not found, try pulling it first";
          case COPY -> "model \"" + model + "\" not found";
          case SHOW -> "model '" + withTag(model) + "' not found";
          default -> "model '" + model + "' not found";
        });
  }

  private static WireException illFormed(String model) {
    return new WireException(
        400,
        TWO_SOURCES.matcher(model).matches()
            ? "use either :local or :cloud, not both: " + GoText.quote(model)
            : "invalid model name");
  }

  private static WireException notFound(String message) {
    return new WireException(404, message);
  }

  private static String withTag(String model) {
    return model.indexOf(':', model.lastIndexOf('/') + 1) < 0 ? model + ":latest" : model;
  }
}
