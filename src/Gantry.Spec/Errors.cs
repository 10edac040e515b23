namespace Gantry.Spec;

/// <summary>
/// A failure whose message is meant for the user: lower case, naming the subject and the value that was wrong.
/// The kind decides the HTTP status and the exit code; the cause stays as the inner exception.
/// </summary>
public abstract class GantryException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>What was named does not exist (404).</summary>
public sealed class NotFoundException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>The state of the subject does not allow the operation (409).</summary>
public sealed class ConflictException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>The request itself is wrong (400).</summary>
public sealed class InvalidArgumentException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>The subject is already in the state asked for (304, no body).</summary>
public sealed class NotModifiedException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>Something that is needed does not answer now (503).</summary>
public sealed class UnavailableException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>Credentials are missing or not accepted (401).</summary>
public sealed class UnauthorizedException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>The caller may not do this (403).</summary>
public sealed class PermissionDeniedException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>Gantry, or this machine, does not support what was asked for (501).</summary>
public sealed class UnsupportedException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>Something failed that the caller did not cause (500).</summary>
public sealed class InternalException(string message, Exception? innerException = null) : GantryException(message, innerException);
