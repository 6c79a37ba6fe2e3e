package io.llmcluster.patterns.program;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model is to be told: a template and what goes into it. Outputs of earlier steps are named,
 * not copied, so that the journal does not grow with every step that reads them.
 *
 * @param template path of a resource below {@code prompts/}, for example {@code debate/critique}
 * @param values short texts, put in as they are
 * @param outputs variable to the id of the step whose output it is
 * @param lists variable to the outputs that it iterates over
 */
public record Prompt(
    String template,
    Map<String, String> values,
    Map<String, String> outputs,
    Map<String, List<Item>> lists) {

  public Prompt {
    values = Map.copyOf(values);
    outputs = Map.copyOf(outputs);
    lists = Map.copyOf(lists);
  }

  /** A template that needs only the request. */
  public static Prompt of(String template) {
    return new Prompt(template, Map.of(), Map.of(), Map.of());
  }

  public Prompt value(String name, String value) {
    return new Prompt(template, with(values, name, value), outputs, lists);
  }

  public Prompt output(String name, String step) {
    return new Prompt(template, values, with(outputs, name, step), lists);
  }

  public Prompt list(String name, List<Item> items) {
    return new Prompt(template, values, outputs, with(lists, name, List.copyOf(items)));
  }

  private static <V> Map<String, V> with(Map<String, V> map, String name, V value) {
    java.util.HashMap<String, V> copy = new java.util.HashMap<>(map);
    copy.put(name, value);
    return copy;
  }

  /**
   * One element of a list: {@code {{label}}} and {@code {{text}}} in the template.
   *
   * @param label how the text is called before a model, for example {@code Answer B}
   * @param step whose output it is
   * @param pointer part of a structured output (RFC 6901); null: the whole text
   */
  public record Item(String label, String step, @Nullable String pointer) {

    public static Item whole(String label, String step) {
      return new Item(label, step, null);
    }
  }
}
