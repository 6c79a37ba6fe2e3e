package io.llmcluster.patterns.workflow;

import io.llmcluster.patterns.program.Pattern;
import io.llmcluster.patterns.prompt.PromptTemplates;
import io.llmcluster.patterns.structured.Schemas;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The programs that can be run; of each, every version of which workflows may still be there. */
public final class PatternRegistry {

  private record Entry(Pattern pattern, String hash) {}

  private final Map<String, TreeMap<Integer, Entry>> byName = new TreeMap<>();

  public PatternRegistry(Collection<? extends Pattern> patterns) {
    for (Pattern pattern : patterns) {
      byName
          .computeIfAbsent(pattern.name(), name -> new TreeMap<>())
          .put(pattern.version(), new Entry(pattern, hash(pattern)));
    }
  }

  public Collection<String> names() {
    return byName.keySet();
  }

  /** The one that new workflows get. */
  public Optional<Pattern> newest(String name) {
    return Optional.ofNullable(byName.get(name))
        .map(versions -> versions.lastEntry().getValue().pattern());
  }

  public Optional<Pattern> find(String name, int version) {
    return entry(name, version).map(Entry::pattern);
  }

  /** SHA-256 over the program's name, version, prompts and schemas; empty if it is not known. */
  public String hash(String name, int version) {
    return entry(name, version).map(Entry::hash).orElse("");
  }

  private Optional<Entry> entry(String name, int version) {
    return Optional.ofNullable(byName.get(name)).map(versions -> versions.get(version));
  }

  private static String hash(Pattern pattern) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    digest.update((pattern.name() + "/" + pattern.version()).getBytes(StandardCharsets.UTF_8));
    for (String prompt : pattern.prompts()) {
      digest.update(PromptTemplates.source(prompt).getBytes(StandardCharsets.UTF_8));
    }
    for (String schema : pattern.schemas()) {
      digest.update(Schemas.source(schema).toString().getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
