package io.llmcluster.patterns.program;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a model is to be told: a template and what goes into it. What is recorded already, such as
 * outputs of earlier steps, is named and not copied, so that the journal does not grow with every
 * step that reads it.
 *
 * @param template path of a resource below {@code prompts/}, for example {@code debate/critique}
 * @param values short texts, put in as they are
 * @param outputs variable to the id of the step whose output it is
 * @param lists variable to the outputs that it iterates over
 * @param places variable to where its text stands; none in payloads of earlier versions
 */
public record Prompt(
    String template,
    Map<String, String> values,
    Map<String, String> outputs,
    Map<String, List<Item>> lists,
    Map<String, Place> places) {

  /** Among the outputs, the step on whose messages these follow. */
  public static final String ASKED = "asked";

  public Prompt(
      String template,
      Map<String, String> values,
      Map<String, String> outputs,
      Map<String, List<Item>> lists,
      @Nullable Map<String, Place> places) {
    this.template = template;
    this.values = Map.copyOf(values);
    this.outputs = Map.copyOf(outputs);
    this.lists = Map.copyOf(lists);
    this.places = places == null ? Map.of() : Map.copyOf(places);
  }

  /** A template that needs only the request. */
  public static Prompt of(String template) {
    return new Prompt(template, Map.of(), Map.of(), Map.of(), Map.of());
  }

  public Prompt value(String name, String value) {
    return new Prompt(template, with(values, name, value), outputs, lists, places);
  }

  public Prompt output(String name, String step) {
    return new Prompt(template, values, with(outputs, name, step), lists, places);
  }

  /**
   * One that goes on after all that a step was told, which its template has as {@code --- asked}.
   */
  public Prompt following(String step) {
    return output(ASKED, step);
  }

  public Prompt list(String name, List<Item> items) {
    return new Prompt(template, values, outputs, with(lists, name, List.copyOf(items)), places);
  }

  public Prompt place(String name, Place place) {
    return new Prompt(template, values, outputs, lists, with(places, name, place));
  }

  /** The steps whose outputs it needs, some perhaps more than once. */
  public Stream<String> stepsRead() {
    return Stream.of(
            outputs.values().stream(),
            lists.values().stream().flatMap(List::stream).map(Item::step),
            places.values().stream()
                .filter(Place.InOutput.class::isInstance)
                .map(place -> ((Place.InOutput) place).step()))
        .flatMap(steps -> steps);
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
