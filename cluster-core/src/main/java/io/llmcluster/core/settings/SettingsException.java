package io.llmcluster.core.settings;

/**
 * A setting that cannot be used. The message is one line: the key, what it holds, and what was
 * expected.
 */
public final class SettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SettingsException(String message) {
    super(message, null, false, false);
  }
}
