package io.llmcluster.patterns.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Filled instances of records, so that a new record or component is in the tests by itself. */
public final class Samples {

  private final Function<Class<?>, @Nullable Object> special;

  /**
   * @param special what only the test knows, by type; null: nothing
   */
  public Samples(Function<Class<?>, @Nullable Object> special) {
    this.special = special;
  }

  /** The records and enums that a sealed type permits, at any depth. */
  public static Set<Class<?>> leaves(Class<?> type) {
    if (!type.isSealed()) {
      return Set.of(type);
    }
    Set<Class<?>> leaves = new LinkedHashSet<>();
    Stream.of(type.getPermittedSubclasses()).forEach(sub -> leaves.addAll(leaves(sub)));
    return leaves;
  }

  /** With every component set. */
  public Object of(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic(generic);
    }
    Class<?> plain = (Class<?>) type;
    Object known = special.apply(plain);
    if (known != null) {
      return known;
    }
    if (plain == String.class) {
      return "text";
    }
    if (plain == int.class || plain == Integer.class) {
      return 7;
    }
    if (plain == long.class) {
      return 1_700_000_000_000L;
    }
    if (plain == double.class || plain == Double.class || plain == Object.class) {
      return 0.5;
    }
    if (plain == boolean.class) {
      return true;
    }
    if (JsonNode.class.isAssignableFrom(plain)) {
      return Simulation.object("{'k':[1,null,'x']}");
    }
    if (plain.isEnum()) {
      return plain.getEnumConstants()[0];
    }
    return plain.isSealed() ? of(leaves(plain).iterator().next()) : record(plain);
  }

  private Object generic(ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      return List.of(of(arguments[0]));
    }
    if (type.getRawType() == Map.class) {
      return map(arguments[1]);
    }
    return of(type.getRawType());
  }

  /** With a value of each form that there is. */
  private Map<String, Object> map(Type values) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (values instanceof Class<?> plain && plain.isSealed()) {
      leaves(plain).forEach(leaf -> map.put(leaf.getSimpleName(), of(leaf)));
    } else {
      map.put("key", of(values));
    }
    return map;
  }

  private Object record(Class<?> type) {
    List<Class<?>> types = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      types.add(component.getType());
      values.add(of(component.getGenericType()));
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (ReflectiveOperationException cannot) {
      throw new LinkageError("no sample of " + type, cannot);
    }
  }
}
