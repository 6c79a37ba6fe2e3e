package io.llmcluster.node.backend;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** The words and vectors of the demo: the same question has always the same answer. */
final class DemoText {

  static final int DIMENSIONS = 64;

  private static final int ECHOED = 12;
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern NOT_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

  private static final String OPENING =
      "This is the built-in demo, not a language model: it makes up its text by rule.";
  private static final List<String> SENTENCES =
      List.of(
          "The words arrive one by one, as a model's would.",
          "A cluster passes them on as they come.",
          "Any client of Ollama or OpenAI can read them.",
          "Start an Ollama, or name a model file, to hear a real model.");

  private DemoText() {}

  /**
   * What the demo says.
   *
   * @param words in order; all but the first begin with a space
   * @param cut whether the limit ended it
   */
  record Answer(List<String> words, boolean cut) {}

  /**
   * @param prompt the last thing that the user said
   * @param limit most words; negative: no limit of the caller's
   * @param stops texts before which the answer ends
   */
  static Answer answer(String prompt, int limit, List<String> stops) {
    List<String> words = new ArrayList<>(List.of(OPENING.split(" ")));
    List<String> echoed = words(prompt);
    if (!echoed.isEmpty()) {
      words.addAll(List.of("You", "said:"));
      words.addAll(echoed.subList(0, Math.min(ECHOED, echoed.size())));
      words.set(words.size() - 1, words.get(words.size() - 1) + ".");
    }
    int first = (int) (checksum(prompt) % SENTENCES.size());
    for (int i = 0; i < SENTENCES.size(); i++) {
      words.addAll(List.of(SENTENCES.get((first + i) % SENTENCES.size()).split(" ")));
    }
    boolean cut = limit >= 0 && limit < words.size();
    List<String> kept = cut ? words.subList(0, limit) : words;
    return stopped(spaced(kept), stops, cut);
  }

  private static List<String> spaced(List<String> words) {
    List<String> spaced = new ArrayList<>();
    for (String word : words) {
      spaced.add(spaced.isEmpty() ? word : " " + word);
    }
    return spaced;
  }

  private static Answer stopped(List<String> words, List<String> stops, boolean cut) {
    String text = String.join("", words);
    int end = text.length();
    for (String stop : stops) {
      int at = stop.isEmpty() ? -1 : text.indexOf(stop);
      end = at >= 0 && at < end ? at : end;
    }
    if (end == text.length()) {
      return new Answer(List.copyOf(words), cut);
    }
    List<String> kept = new ArrayList<>();
    int from = 0;
    for (String word : words) {
      if (from < end) {
        kept.add(word.substring(0, Math.min(word.length(), end - from)));
      }
      from += word.length();
    }
    return new Answer(kept, false);
  }

  /** The number of words, which stands for the number of tokens. */
  static int count(String text) {
    return words(text).size();
  }

  private static List<String> words(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? List.of() : List.of(SPACE.split(stripped));
  }

  /** A bag of words hashed into a vector of length 1: texts that share words are alike. */
  static double[] embedding(String text, int dimensions) {
    double[] vector = new double[dimensions];
    for (String word : NOT_WORD.split(text.toLowerCase(Locale.ROOT), 0)) {
      long hash = checksum(word);
      vector[(int) (hash % dimensions)] += (hash >>> 16 & 1) == 0 ? 1 : -1;
      vector[(int) ((hash >>> 8) % dimensions)] += 0.5;
    }
    double square = 0;
    for (double value : vector) {
      square += value * value;
    }
    if (square == 0) {
      vector[0] = 1;
      return vector;
    }
    for (int i = 0; i < dimensions; i++) {
      vector[i] /= Math.sqrt(square);
    }
    return vector;
  }

  private static long checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }
}
