package io.slablab.coordinator.store;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * What went wrong with a file, for people: the JDK's messages are often a path and nothing else.
 */
public final class FileTrouble {
  private FileTrouble() {}

  /** The file, where the error names one, and what is wrong with it. */
  public static String of(IOException e) {
    return e instanceof FileSystemException at && at.getFile() != null
        ? at.getFile() + ": " + words(e)
        : words(e);
  }

  /** What is wrong, without the file. */
  public static String words(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file or directory";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _, NotDirectoryException _ -> "not a directory";
      case CharacterCodingException _ -> "not a text file in UTF-8";
      case FileSystemException at when at.getReason() != null -> at.getReason();
      default -> e.getMessage() == null ? e.toString() : e.getMessage();
    };
  }
}
