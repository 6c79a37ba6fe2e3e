package io.llmcluster.patterns.vote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.llmcluster.patterns.program.RefusedRequest;
import io.llmcluster.patterns.prompt.Phrases;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which answers a question has. On closed ones models can vote, since equal answers can be told
 * from different ones.
 *
 * @param kind of the answers
 * @param choices as they are shown; empty unless they are {@link Kind#CHOICE}
 */
public record AnswerForm(Kind kind, List<String> choices) {

  /** What the answers are. */
  public enum Kind {
    CHOICE,
    NUMBER,
    YES_NO,
    /** Anything; only short answers that are the same word for word agree. */
    OPEN
  }

  public static final AnswerForm NUMBER = new AnswerForm(Kind.NUMBER, List.of());
  public static final AnswerForm YES_NO = new AnswerForm(Kind.YES_NO, List.of());
  public static final AnswerForm OPEN = new AnswerForm(Kind.OPEN, List.of());

  /** The prompt resource that words {@link #instruction}. */
  public static final String PHRASES = "vote/form";

  private static final int MOST_CHOICES = 26;

  /** Nothing is looked for in more than that of a text's end; models ramble. */
  private static final int MOST_CHARS = 20_000;

  public AnswerForm {
    choices = List.copyOf(choices);
  }

  public static AnswerForm choice(List<String> choices) {
    return new AnswerForm(Kind.CHOICE, choices);
  }

  public boolean isClosed() {
    return kind != Kind.OPEN;
  }

  /**
   * The normalised answer in what a model wrote; texts that mean the same give the same. Empty if
   * there is none, or more than one: an answer is never guessed.
   */
  public Optional<String> read(String text) {
    String end = text.length() <= MOST_CHARS ? text : text.substring(text.length() - MOST_CHARS);
    AnswerText answer = AnswerText.of(end);
    return switch (kind) {
      case CHOICE -> new ChoiceReader(choices).read(answer);
      case NUMBER -> NumberReader.read(answer);
      case YES_NO -> YesNoReader.read(answer);
      case OPEN -> OpenReader.read(answer);
    };
  }

  /** A normalised answer as people write it. */
  public String shown(String answer) {
    return choices.stream().filter(choice -> key(choice).equals(answer)).findFirst().orElse(answer);
  }

  static String key(String choice) {
    return choice.strip().toLowerCase(Locale.ROOT);
  }

  /** What a model is told about the form. */
  public String instruction() {
    return Phrases.of(PHRASES, word(), Map.of("choices", String.join(", ", choices)));
  }

  /** As it stands in a request: a list of choices, {@code number}, {@code yesno}, {@code open}. */
  public JsonNode json() {
    if (kind == Kind.CHOICE) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      choices.forEach(list::add);
      return list;
    }
    return TextNode.valueOf(word());
  }

  private String word() {
    return kind.name().toLowerCase(Locale.ROOT).replace("_", "");
  }

  /**
   * What a request says.
   *
   * @throws RefusedRequest if it says something else than {@link #json} does
   */
  public static AnswerForm of(JsonNode answers) {
    if (answers.isTextual()) {
      for (AnswerForm form : List.of(NUMBER, YES_NO, OPEN)) {
        if (form.json().asText().equalsIgnoreCase(answers.asText().replaceAll("[_/ -]", ""))) {
          return form;
        }
      }
    }
    List<String> choices = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (JsonNode one : answers) {
      String key = one.isTextual() ? key(one.asText()) : "";
      if (key.isEmpty() || keys.contains(key)) {
        throw refused(answers);
      }
      keys.add(key);
      choices.add(one.asText().strip());
    }
    if (!answers.isArray() || choices.size() < 2 || choices.size() > MOST_CHOICES) {
      throw refused(answers);
    }
    return choice(choices);
  }

  private static RefusedRequest refused(JsonNode answers) {
    String text = answers.toString();
    return new RefusedRequest(
        "answers",
        text.length() <= 80 ? text : text.substring(0, 77) + "...",
        "number, yesno, open, or a list of 2 to " + MOST_CHOICES + " different texts");
  }
}
