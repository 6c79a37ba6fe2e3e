package io.llmcluster.patterns.prompt;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.llmcluster.patterns.program.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The prompts, from resource files below {@code prompts/}. A file is a sequence of parts, each
 * begun by a line {@code --- ROLE}; {@code --- conversation} stands for the request's own messages,
 * {@code --- asked} for those of the step that the prompt {@link Prompt#following follows}. Inside
 * a part: Mustache, with nothing escaped.
 */
public final class PromptTemplates {

  /** The part that is replaced by the request's messages. */
  static final String CONVERSATION = "conversation";

  private static final Mustache.Compiler MUSTACHE =
      Mustache.compiler().escapeHTML(false).defaultValue("");

  /** As many as there are files. */
  private static final Map<String, PromptTemplates> LOADED = new ConcurrentHashMap<>();

  /** One part of a prompt. */
  record Part(String role, Template text) {}

  private final List<Part> parts;
  private final String source;

  private PromptTemplates(String source) {
    this.source = source;
    this.parts = parse(source);
  }

  /**
   * The template of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static PromptTemplates named(String name) {
    return LOADED.computeIfAbsent(name, key -> new PromptTemplates(read(key)));
  }

  /** Its text, for the hash of a definition. */
  public static String source(String name) {
    return named(name).source;
  }

  List<Part> parts() {
    return parts;
  }

  private static List<Part> parse(String source) {
    List<Part> parts = new ArrayList<>();
    for (String section : source.split("(?m)^--- ")) {
      if (!section.isBlank()) {
        String[] roleAndText = section.split("\\R", 2);
        String text = roleAndText.length < 2 ? "" : roleAndText[1].strip();
        parts.add(new Part(roleAndText[0].strip(), MUSTACHE.compile(text)));
      }
    }
    return List.copyOf(parts);
  }

  private static String read(String name) {
    String path = "/prompts/" + name + ".txt";
    try (InputStream in = PromptTemplates.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("no such prompt: " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
