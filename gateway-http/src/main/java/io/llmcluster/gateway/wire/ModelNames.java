package io.llmcluster.gateway.wire;

import java.util.regex.Pattern;

/** The form of Ollama's names of models (its types/model/name.go). */
final class ModelNames {

  private static final Pattern NAME =
      Pattern.compile(
          "(?:[A-Za-z0-9_][A-Za-z0-9_.:-]{0,349}/)?(?:[A-Za-z0-9_][A-Za-z0-9_-]{0,79}/)?"
              + "[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,79})?");

  private ModelNames() {}

  static boolean isWellFormed(String name) {
    return NAME.matcher(name).matches();
  }
}
