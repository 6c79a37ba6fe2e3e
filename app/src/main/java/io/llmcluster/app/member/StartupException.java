package io.llmcluster.app.member;

/** Why a member could not start; one line that names the setting or thing and what to do. */
public final class StartupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StartupException(String oneLine) {
    super(oneLine, null, false, false);
  }
}
