package io.llmcluster.core.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What stands in lists for the digest of a model whose server tells none: the SHA-256 of its name.
 * It says nothing of the weights: two servers' models of one name have the same, whatever they
 * hold. Clients take its form for granted; Ollama's own command line cuts off twelve digits of it
 * and ends in a panic where there are none.
 */
public final class StandInDigest {

  private static final Pattern REAL = Pattern.compile("[0-9a-f]{64}");

  private StandInDigest() {}

  /** 64 lower-case hexadecimal digits, the same for every spelling of {@code name}. */
  public static String of(String name) {
    try {
      byte[] text = ("model name " + ModelName.key(name)).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** {@code told} if it is a digest, else the stand-in for {@code name}. */
  public static String unlessTold(String told, String name) {
    return REAL.matcher(told).matches() ? told : of(name);
  }
}
