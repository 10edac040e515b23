namespace Gantry.Spec;

/// <summary>
/// A failure whose message is meant for the user: lower case, naming the subject and the value that was wrong.
/// The kind decides the HTTP status and the exit code; the cause stays as the inner exception.
/// </summary>
public abstract class GantryException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The same kind of failure, with what was being done before its words.</summary>
    /// <param name="doing">As in <c>failed to set up container networking</c>.</param>
    public GantryException While(string doing)
    {
        var told = $"{doing}: {Message}";
        return this switch
        {
            NotFoundException => new NotFoundException(told, this),
            ConflictException => new ConflictException(told, this),
            InvalidArgumentException => new InvalidArgumentException(told, this),
            UnavailableException => new UnavailableException(told, this),
            RegistryUnavailableException => new RegistryUnavailableException(told, this),
            UnauthorizedException => new UnauthorizedException(told, this),
            PermissionDeniedException => new PermissionDeniedException(told, this),
            UnsupportedException => new UnsupportedException(told, this),
            _ => new InternalException(told, this),
        };
    }
}

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

/// <summary>A registry does not answer now, or fails (500, as by Docker).</summary>
public sealed class RegistryUnavailableException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>Credentials are missing or not accepted (401).</summary>
public sealed class UnauthorizedException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>The caller may not do this (403).</summary>
public sealed class PermissionDeniedException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>Gantry, or this machine, does not support what was asked for (501).</summary>
public sealed class UnsupportedException(string message, Exception? innerException = null) : GantryException(message, innerException);

/// <summary>Something failed that the caller did not cause (500).</summary>
public sealed class InternalException(string message, Exception? innerException = null) : GantryException(message, innerException);
