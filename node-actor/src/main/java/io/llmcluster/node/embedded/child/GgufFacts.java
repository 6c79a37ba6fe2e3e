package io.llmcluster.node.embedded.child;

import java.util.List;
import java.util.Locale;

/**
 * What the head of a model file tells; unknown texts are empty, unknown numbers 0.
 *
 * @param architecture for example {@code llama}
 * @param quantization for example {@code Q4_K_M}
 * @param parameters weights in all
 * @param context tokens it was trained for
 * @param embedding dimensions of its vectors
 * @param vocabulary tokens that it knows
 */
record GgufFacts(
    String architecture,
    String quantization,
    long parameters,
    int context,
    int embedding,
    int vocabulary) {

  static final GgufFacts UNKNOWN = new GgufFacts("", "", 0, 0, 0, 0);

  /** The names of llama.cpp's {@code llama_ftype} by their numbers; those without one are gone. */
  private static final List<String> FILE_TYPES =
      List.of(
          "F32", "F16", "Q4_0", "Q4_1", "", "", "", "Q8_0", "Q5_0", "Q5_1", "Q2_K", "Q3_K_S",
          "Q3_K_M", "Q3_K_L", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K", "IQ2_XXS", "IQ2_XS",
          "Q2_K_S", "IQ3_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ3_M", "IQ2_S", "IQ2_M",
          "IQ4_XS", "IQ1_M", "BF16");

  static String fileType(long number) {
    return number >= 0 && number < FILE_TYPES.size() ? FILE_TYPES.get((int) number) : "";
  }

  /** The weights as Ollama writes them (its format/format.go), for example {@code 134.52M}. */
  String parameterSize() {
    if (parameters >= 1_000_000_000) {
      return number(parameters / 1e9, "%.1fB");
    }
    if (parameters >= 1_000_000) {
      return number(parameters / 1e6, "%.2fM");
    }
    return parameters >= 1_000
        ? number(parameters / 1e3, "%.0fK")
        : parameters > 0 ? String.valueOf(parameters) : "";
  }

  private static String number(double value, String format) {
    String whole = format.replaceFirst("\\.\\d", ".0");
    return String.format(Locale.ROOT, value == Math.floor(value) ? whole : format, value);
  }
}
