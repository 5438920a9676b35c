<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>About</source>
        <translation>Acerca de</translation>
    </message>
    <message>
        <source>Free software under the Apache licence, version 2.0.</source>
        <translation>Software libre bajo la licencia Apache, versión 2.0.</translation>
    </message>
    <message>
        <source>Version {0}.</source>
        <translation>Versión {0}.</translation>
    </message>
    <message>
        <source>Built with</source>
        <translation>Creado con</translation>
    </message>
    <message>
        <source>Your chats stay on this computer. Nothing you write is sent anywhere.</source>
        <translation>Tus chats se quedan en este equipo. Nada de lo que escribes se envía a ninguna parte.</translation>
    </message>
    <message>
        <source>NemoDesk counts nothing and reports nothing about you.</source>
        <translation>NemoDesk no cuenta ni comunica nada sobre ti.</translation>
    </message>
    <message>
        <source>It connects to the internet only when you ask it to.</source>
        <translation>Se conecta a Internet solo cuando se lo pides.</translation>
    </message>
    <message>
        <source>Licences of the libraries</source>
        <translation>Licencias de las bibliotecas</translation>
    </message>
</context>
<context>
    <name>ActionBar</name>
    <message>
        <source>Previous version</source>
        <translation>Versión anterior</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} de {1}</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Versión siguiente</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Regenerar</translation>
    </message>
    <message>
        <source>Continue in a new chat from here</source>
        <translation>Continuar desde aquí en un chat nuevo</translation>
    </message>
</context>
<context>
    <name>Advisor</name>
    <message>
        <source>no graphics card</source>
        <translation>ninguna tarjeta gráfica</translation>
    </message>
    <message>
        <source>Your computer: %1, %2 of memory, %3.</source>
        <translation>Tu equipo: %1, %2 de memoria, %3.</translation>
    </message>
    <message>
        <source>%1 (shares the memory)</source>
        <translation>%1 (comparte la memoria)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>an unknown processor</source>
        <translation>un procesador desconocido</translation>
    </message>
    <message>
        <source>%1, which NemoDesk cannot use yet</source>
        <translation>%1, que NemoDesk aún no puede usar</translation>
    </message>
</context>
<context>
    <name>AlertBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Descartar</translation>
    </message>
</context>
<context>
    <name>AnswerSession</name>
    <message>
        <source>Counts from your next message. The model is loaded anew for it.</source>
        <translation>Se aplica a partir de tu próximo mensaje. Para ello, el modelo se carga de nuevo.</translation>
    </message>
    <message>
        <source>Choices count from your next message.</source>
        <translation>Lo que elijas se aplica a partir de tu próximo mensaje.</translation>
    </message>
    <message>
        <source>%1 tokens hold about %2 words and take %3 of memory.</source>
        <translation>%1 tokens equivalen a unas %2 palabras y ocupan %3 de memoria.</translation>
    </message>
    <message>
        <source>Up to %1 fit this computer now.</source>
        <translation>Ahora caben hasta %1 en este equipo.</translation>
    </message>
    <message>
        <source>Choose less, or the model cannot be loaded.</source>
        <translation>Elige menos o el modelo no se podrá cargar.</translation>
    </message>
    <message>
        <source>Your choices were replaced</source>
        <translation>Se ha sustituido lo que habías elegido</translation>
    </message>
    <message>
        <source>They were not saved as a preset.</source>
        <translation>No estaba guardado como preajuste.</translation>
    </message>
    <message>
        <source>Take them back</source>
        <translation>Recuperarlo</translation>
    </message>
</context>
<context>
    <name>AttachmentBar</name>
    <message>
        <source>Attached files</source>
        <translation>Archivos adjuntos</translation>
    </message>
    <message>
        <source>%1 is attached.</source>
        <translation>%1 está adjunto.</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Put the text into the message</source>
        <translation>Poner el texto en el mensaje</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>Quitar %1</translation>
    </message>
</context>
<context>
    <name>AttachmentSession</name>
    <message>
        <source>Pasted text</source>
        <translation>Texto pegado</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagen pegada</translation>
    </message>
</context>
<context>
    <name>AttachmentViewer</name>
    <message>
        <source>Save as</source>
        <translation>Guardar como</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Reading…</source>
        <translation>Leyendo…</translation>
    </message>
    <message>
        <source>%1: %2 without text, which the model cannot read.</source>
        <translation>%1: %2 sin texto, que el modelo no puede leer.</translation>
    </message>
    <message>
        <source>Reading… %1 of %2</source>
        <translation>Leyendo… %1 de %2</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 página</translation>
    </message>
    <message>
        <source>1 word</source>
        <translation>1 palabra</translation>
    </message>
    <message>
        <source>This model cannot see pictures: it is told the name only.</source>
        <translation>Este modelo no puede ver imágenes: solo recibe el nombre.</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 páginas</translation>
    </message>
    <message>
        <source>%1 words</source>
        <translation>%1 palabras</translation>
    </message>
</context>
<context>
    <name>BackupSheet</name>
    <message>
        <source>Back up everything</source>
        <translation>Hacer copia de seguridad de todo</translation>
    </message>
    <message>
        <source>A passphrase seals the backup: nobody can open it without, and nobody can bring a lost one back. Without a passphrase, whoever has the file can read your chats.</source>
        <translation>Una frase de contraseña sella la copia de seguridad: nadie puede abrirla sin ella y nadie puede recuperarla si se pierde. Sin frase de contraseña, quien tenga el archivo puede leer tus chats.</translation>
    </message>
    <message>
        <source>Choose a place…</source>
        <translation>Elegir un lugar…</translation>
    </message>
    <message>
        <source>Passphrase, if you like</source>
        <translation>Frase de contraseña, si quieres</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>La misma otra vez</translation>
    </message>
    <message>
        <source>Also keep keys in it</source>
        <translation>Guardar también las claves en ella</translation>
    </message>
    <message>
        <source>Such as the key for Hugging Face. Only with a passphrase.</source>
        <translation>Por ejemplo, la clave de Hugging Face. Solo con frase de contraseña.</translation>
    </message>
    <message>
        <source>A passphrase needs %1 characters at least.</source>
        <translation>Una frase de contraseña necesita al menos %1 caracteres.</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>Las dos no coinciden.</translation>
    </message>
</context>
<context>
    <name>Button</name>
    <message>
        <source>Shown now</source>
        <translation>Se muestra ahora</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Show more</source>
        <translation>Mostrar más</translation>
    </message>
</context>
<context>
    <name>ChatCommands</name>
    <message>
        <source>Rename</source>
        <translation>Cambiar nombre</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Delete the folder, keep its chats</source>
        <translation>Eliminar la carpeta y conservar sus chats</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>Devolver a los chats</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Fijar</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Dejar de fijar</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>Mover a una carpeta</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archivar</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Carpeta nueva…</translation>
    </message>
    <message>
        <source>Out of the folder</source>
        <translation>Sacar de la carpeta</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>Chat title</source>
        <translation>Título del chat</translation>
    </message>
    <message>
        <source>Folder name</source>
        <translation>Nombre de la carpeta</translation>
    </message>
</context>
<context>
    <name>ChatGroups</name>
    <message>
        <source>Temporary</source>
        <translation>Temporales</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Fijados</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Ayer</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>Últimos 7 días</translation>
    </message>
</context>
<context>
    <name>ChatItems</name>
    <message>
        <source>New chat</source>
        <translation>Chat nuevo</translation>
    </message>
    <message>
        <source>Folder %1, folded</source>
        <translation>Carpeta %1, plegada</translation>
    </message>
    <message>
        <source>Folder %1</source>
        <translation>Carpeta %1</translation>
    </message>
</context>
<context>
    <name>ChatList</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Carpeta</translation>
    </message>
</context>
<context>
    <name>ChatListSession</name>
    <message>
        <source>New folder</source>
        <translation>Carpeta nueva</translation>
    </message>
    <message>
        <source>“%1” is in the archive.</source>
        <translation>«%1» está en el archivo.</translation>
    </message>
    <message>
        <source>The chats are in the archive (%1).</source>
        <translation>Los chats están en el archivo (%1).</translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation>Se ha eliminado «%1».</translation>
    </message>
    <message>
        <source>The chats were deleted (%1).</source>
        <translation>Se han eliminado los chats (%1).</translation>
    </message>
    <message>
        <source>The folder “%1” was deleted. Its chats are still here.</source>
        <translation>Se ha eliminado la carpeta «%1». Sus chats siguen aquí.</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Chat nuevo</translation>
    </message>
</context>
<context>
    <name>ChatRoom</name>
    <message>
        <source>Drop the files here to attach them</source>
        <translation>Suelta aquí los archivos para adjuntarlos</translation>
    </message>
    <message>
        <source>Chat menu</source>
        <translation>Menú del chat</translation>
    </message>
    <message>
        <source>Show chats</source>
        <translation>Mostrar los chats</translation>
    </message>
    <message>
        <source>Temporary chat</source>
        <translation>Chat temporal</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Chat nuevo</translation>
    </message>
</context>
<context>
    <name>ChatSession</name>
    <message>
        <source>Loading the model… %1</source>
        <translation>Cargando el modelo… %1</translation>
    </message>
    <message>
        <source>Reading… %1 of %2 tokens</source>
        <translation>Leyendo… %1 de %2 tokens</translation>
    </message>
</context>
<context>
    <name>ChatSettings</name>
    <message>
        <source>Temperature</source>
        <translation>Temperatura</translation>
    </message>
    <message>
        <source>How freely words are chosen. 0 always takes the likeliest; more is more varied.</source>
        <translation>Con cuánta libertad se eligen las palabras. Con 0 se toma siempre la más probable; cuanto más alto, más variedad.</translation>
    </message>
    <message>
        <source>Top P</source>
        <translation>Top P</translation>
    </message>
    <message>
        <source>Keeps the likeliest words that together make up this share. 1 keeps all.</source>
        <translation>Conserva las palabras más probables que juntas suman esta proporción. Con 1 se conservan todas.</translation>
    </message>
    <message>
        <source>Min P</source>
        <translation>Min P</translation>
    </message>
    <message>
        <source>Leaves out words that are far less likely than the likeliest. 0 keeps all.</source>
        <translation>Descarta las palabras mucho menos probables que la más probable. Con 0 se conservan todas.</translation>
    </message>
    <message>
        <source>Top K</source>
        <translation>Top K</translation>
    </message>
    <message>
        <source>Keeps this many of the likeliest words. 0 keeps all.</source>
        <translation>Conserva esta cantidad de las palabras más probables. Con 0 se conservan todas.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Semilla</translation>
    </message>
    <message>
        <source>The same seed and the same question give the same answer again.</source>
        <translation>La misma semilla y la misma pregunta dan otra vez la misma respuesta.</translation>
    </message>
    <message>
        <source>Maximum new tokens</source>
        <translation>Máximo de tokens nuevos</translation>
    </message>
    <message>
        <source>How long an answer may get. 100 tokens are about 75 words. Empty: the model ends by itself.</source>
        <translation>Lo larga que puede llegar a ser una respuesta. 100 tokens son unas 75 palabras. Vacío: el modelo termina por sí mismo.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Sin límite</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>Longitud del contexto</translation>
    </message>
    <message>
        <source>How much of the chat the model can hold, in tokens. Empty: NemoDesk chooses what this computer holds with ease.</source>
        <translation>Cuánto del chat puede retener el modelo, en tokens. Vacío: NemoDesk elige lo que este equipo admite con holgura.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automático</translation>
    </message>
</context>
<context>
    <name>ChatSettingsDoor</name>
    <message>
        <source>Chat settings</source>
        <translation>Ajustes del chat</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>Se muestra ahora</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>Chat settings</source>
        <translation>Ajustes del chat</translation>
    </message>
    <message>
        <source>Close the chat settings</source>
        <translation>Cerrar los ajustes del chat</translation>
    </message>
    <message>
        <source>What these choices are for</source>
        <translation>A qué se aplica lo elegido</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>Este chat</translation>
    </message>
    <message>
        <source>Every chat with this model</source>
        <translation>Todos los chats con este modelo</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Restablecer todo</translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation>Cómo se eligen las palabras</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Longitud</translation>
    </message>
    <message>
        <source>How the model is spoken to</source>
        <translation>Cómo se habla al modelo</translation>
    </message>
</context>
<context>
    <name>CheckCard</name>
    <message>
        <source>Verify all</source>
        <translation>Verificar todos</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Verifying your models</source>
        <translation>Verificando tus modelos</translation>
    </message>
    <message>
        <source>Verified models</source>
        <translation>Modelos verificados</translation>
    </message>
    <message>
        <source>Reads every model file whole and compares it with what it must be. Large models take some minutes.</source>
        <translation>Lee entero cada archivo de modelo y lo compara con lo que debe ser. Los modelos grandes tardan unos minutos.</translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>Copiar el código</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Código</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Attach file</source>
        <translation>Adjuntar un archivo</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Enviar</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Choose a model to begin</source>
        <translation>Elige un modelo para empezar</translation>
    </message>
    <message>
        <source>A file is still being read.</source>
        <translation>Aún se está leyendo un archivo.</translation>
    </message>
</context>
<context>
    <name>ConnectionsPage</name>
    <message>
        <source>Connections</source>
        <translation>Conexiones</translation>
    </message>
    <message>
        <source>What is contacted</source>
        <translation>Con qué se contacta</translation>
    </message>
    <message>
        <source>The hub</source>
        <translation>El hub</translation>
    </message>
    <message>
        <source>Your key</source>
        <translation>Tu clave</translation>
    </message>
    <message>
        <source>NemoDesk connects to %1 and to the servers that it names for its files, and only when you search for models, look at their details, or download one. To nothing else, and never with your chats.</source>
        <translation>NemoDesk se conecta a %1 y a los servidores que este indica para sus archivos, y solo cuando buscas modelos, consultas sus detalles o descargas uno. A nada más, y nunca con tus chats.</translation>
    </message>
</context>
<context>
    <name>ContextBar</name>
    <message>
        <source>Summarise the beginning</source>
        <translation>Resumir el principio</translation>
    </message>
    <message>
        <source>Use a longer context</source>
        <translation>Usar un contexto más largo</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Chat nuevo</translation>
    </message>
    <message>
        <source>Stop the summary</source>
        <translation>Detener el resumen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>%1 thousand in place of %2. The model is loaded anew for it.</source>
        <translation>%1 mil en lugar de %2. Para ello, el modelo se carga de nuevo.</translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>Context</source>
        <translation>Contexto</translation>
    </message>
    <message>
        <source>%1 of %2 thousand</source>
        <translation>%1 de %2 mil</translation>
    </message>
    <message>
        <source>about %1 of %2 thousand</source>
        <translation>unos %1 de %2 mil</translation>
    </message>
    <message>
        <source>How much of what the model can read at once is taken, in thousands of pieces of words. Press for details.</source>
        <translation>Cuánto está ocupado de lo que el modelo puede leer de una vez, en miles de fragmentos de palabras. Pulsa para ver los detalles.</translation>
    </message>
</context>
<context>
    <name>ContextSession</name>
    <message>
        <source>This chat is getting too long for the model. With your next message it will no longer read the beginning; a line in the chat will mark where.</source>
        <translation>Este chat se está haciendo demasiado largo para el modelo. Con tu próximo mensaje dejará de leer el principio; una línea en el chat marcará desde dónde.</translation>
    </message>
    <message>
        <source>Your message is too long for the model: it has %1 pieces of words (tokens), and there is room for %2. Shorten it, or let the model use a longer context.</source>
        <translation>Tu mensaje es demasiado largo para el modelo: tiene %1 fragmentos de palabras (tokens) y hay sitio para %2. Acórtalo o deja que el modelo use un contexto más largo.</translation>
    </message>
    <message>
        <source>To go on, the model no longer reads the beginning of this chat.</source>
        <translation>Para seguir, el modelo ya no lee el principio de este chat.</translation>
    </message>
    <message>
        <source>Loading the model… %1</source>
        <translation>Cargando el modelo… %1</translation>
    </message>
    <message>
        <source>The model is reading the chat… %1</source>
        <translation>El modelo está leyendo el chat… %1</translation>
    </message>
    <message>
        <source>The model is writing a summary of the beginning. Your messages stay.</source>
        <translation>El modelo está escribiendo un resumen del principio. Tus mensajes se conservan.</translation>
    </message>
    <message>
        <source>Summary of the earlier chat</source>
        <translation>Resumen del chat anterior</translation>
    </message>
</context>
<context>
    <name>ContextSheet</name>
    <message>
        <source>What the model reads</source>
        <translation>Lo que lee el modelo</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>These are estimates until the model is loaded.</source>
        <translation>Son estimaciones hasta que se cargue el modelo.</translation>
    </message>
    <message>
        <source>With each message the model reads the chat anew. It can hold %1 pieces of words (tokens) at once, about %2 words of English.</source>
        <translation>Con cada mensaje, el modelo vuelve a leer el chat. Puede retener %1 fragmentos de palabras (tokens) a la vez, unas %2 palabras en inglés.</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>Instrucciones</translation>
    </message>
    <message>
        <source>Summary of the beginning</source>
        <translation>Resumen del principio</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Archivos adjuntos</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>Tu mensaje</translation>
    </message>
    <message>
        <source>Answer so far</source>
        <translation>La respuesta hasta ahora</translation>
    </message>
    <message>
        <source>Kept free for the answer</source>
        <translation>Reservado para la respuesta</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>The choices are being looked up</source>
        <translation>Se están buscando las opciones</translation>
    </message>
    <message>
        <source>Choices of %1</source>
        <translation>Opciones de %1</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>Opción</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memoria</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Velocidad</translation>
    </message>
</context>
<context>
    <name>DownloadItem</name>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Mover arriba</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Mover abajo</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>Quitar de la lista</translation>
    </message>
</context>
<context>
    <name>DownloadSession</name>
    <message>
        <source>%1 waits for the network</source>
        <translation>%1 espera la red</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>Se vuelve a intentar automáticamente.</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>Mostrar la descarga</translation>
    </message>
    <message>
        <source>%1 was not downloaded</source>
        <translation>%1 no se ha descargado</translation>
    </message>
    <message>
        <source>%1 is here</source>
        <translation>%1 ya está aquí</translation>
    </message>
    <message>
        <source>It was checked and can be used now, also in the chat that is open.</source>
        <translation>Se ha comprobado y ya se puede usar, también en el chat abierto.</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Usarlo</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>Waits for the network</source>
        <translation>Espera la red</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pausa</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Comprobando</translation>
    </message>
    <message>
        <source>Here, and checked</source>
        <translation>Descargado y comprobado</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Descarga detenida</translation>
    </message>
</context>
<context>
    <name>DownloadsRoom</name>
    <message>
        <source>Downloads</source>
        <translation>Descargas</translation>
    </message>
    <message>
        <source>No downloads</source>
        <translation>No hay descargas</translation>
    </message>
    <message>
        <source>Models that you download are listed here while they arrive.</source>
        <translation>Los modelos que descargas aparecen aquí mientras llegan.</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>Buscar un modelo</translation>
    </message>
    <message>
        <source>They go on after a break, and are checked when they arrive.</source>
        <translation>Continúan después de una interrupción y se comprueban al llegar.</translation>
    </message>
</context>
<context>
    <name>EncryptSheet</name>
    <message>
        <source>Write down your recovery key</source>
        <translation>Anota tu clave de recuperación</translation>
    </message>
    <message>
        <source>It opens your chats when the keyring or the password is lost. Without it they are lost then, and nobody can help. Keep it on paper, or on another device.</source>
        <translation>Abre tus chats cuando se pierde el llavero o la contraseña. Sin ella, en ese caso se pierden y nadie puede ayudar. Guárdala en papel o en otro dispositivo.</translation>
    </message>
    <message>
        <source>Encrypt my chats</source>
        <translation>Cifrar mis chats</translation>
    </message>
    <message>
        <source>Type two of its groups, so that it is right on your note:</source>
        <translation>Escribe dos de sus grupos, para asegurarte de que la has anotado bien:</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>Grupo %1</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Password (may stay empty)</source>
        <translation>Contraseña (puede quedar vacía)</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key, so a password has to open your chats at each start.</source>
        <translation>Este equipo no tiene un llavero que pueda guardar la clave, así que una contraseña debe abrir tus chats en cada inicio.</translation>
    </message>
    <message>
        <source>Without a password your chats open by themselves while you are logged in to this computer. With one, NemoDesk asks for it at each start.</source>
        <translation>Sin contraseña, tus chats se abren por sí solos mientras tengas la sesión iniciada en este equipo. Con ella, NemoDesk la pide en cada inicio.</translation>
    </message>
    <message>
        <source>Group %1 is not right. Compare it with what stands above.</source>
        <translation>El grupo %1 no es correcto. Compáralo con lo que aparece arriba.</translation>
    </message>
</context>
<context>
    <name>EncryptionCard</name>
    <message>
        <source>Encrypt my chats…</source>
        <translation>Cifrar mis chats…</translation>
    </message>
    <message>
        <source>Turn encryption off…</source>
        <translation>Desactivar el cifrado…</translation>
    </message>
    <message>
        <source>Show the recovery key</source>
        <translation>Mostrar la clave de recuperación</translation>
    </message>
    <message>
        <source>Encrypting your chats</source>
        <translation>Cifrando tus chats</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Turn encryption off?</source>
        <translation>¿Desactivar el cifrado?</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can then read your chats. The recovery key and the password are not needed any more.</source>
        <translation>Quien pueda leer los archivos de este equipo podrá entonces leer tus chats. La clave de recuperación y la contraseña dejan de ser necesarias.</translation>
    </message>
    <message>
        <source>Turn encryption off</source>
        <translation>Desactivar el cifrado</translation>
    </message>
</context>
<context>
    <name>EraseSheet</name>
    <message>
        <source>Erase everything?</source>
        <translation>¿Borrar todo?</translation>
    </message>
    <message>
        <source>All chats, attachments and their copies, all settings, keys and passwords, and the logs are erased for good, and NemoDesk closes. The models stay. Solid-state disks may keep old blocks for a while.</source>
        <translation>Todos los chats, los archivos adjuntos y sus copias, todos los ajustes, las claves y contraseñas y los registros se borran para siempre, y NemoDesk se cierra. Los modelos se conservan. Las unidades de estado sólido pueden conservar bloques antiguos durante un tiempo.</translation>
    </message>
    <message>
        <source>Erase everything</source>
        <translation>Borrar todo</translation>
    </message>
    <message>
        <source>ERASE</source>
        <translation>BORRAR</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>Escribe %1 para continuar</translation>
    </message>
    <message>
        <source>Type the word %1 first.</source>
        <translation>Escribe primero la palabra %1.</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>That does not work here</source>
        <translation>Eso no funciona aquí</translation>
    </message>
    <message>
        <source>This is not there any more</source>
        <translation>Esto ya no existe</translation>
    </message>
    <message>
        <source>Not enough memory</source>
        <translation>No hay suficiente memoria</translation>
    </message>
    <message>
        <source>The chat is too long</source>
        <translation>El chat es demasiado largo</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>Sin conexión</translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation>Este modelo no se puede usar</translation>
    </message>
    <message>
        <source>This file cannot be read</source>
        <translation>Este archivo no se puede leer</translation>
    </message>
    <message>
        <source>The engine had a problem</source>
        <translation>El motor ha tenido un problema</translation>
    </message>
    <message>
        <source>Storing did not work</source>
        <translation>No se ha podido guardar</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Descarga detenida</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Imported chats: %1.</source>
        <translation>Chats importados: %1.</translation>
    </message>
    <message>
        <source>Here already: %1.</source>
        <translation>Ya estaban aquí: %1.</translation>
    </message>
    <message>
        <source>Left out: %1.</source>
        <translation>Omitidos: %1.</translation>
    </message>
    <message>
        <source>It was stopped before the end.</source>
        <translation>Se ha detenido antes del final.</translation>
    </message>
    <message>
        <source>And %1 more.</source>
        <translation>Y %1 más.</translation>
    </message>
    <message>
        <source>%1 (%2) is not on this computer. Find it in Models.</source>
        <translation>%1 (%2) no está en este equipo. Búscalo en Modelos.</translation>
    </message>
    <message>
        <source>Made on %1 by %2.</source>
        <translation>Creada el %1 por %2.</translation>
    </message>
    <message>
        <source>Chats: %1. Messages: %2. Settings: %3. Keys: %4. Models in the list: %5.</source>
        <translation>Chats: %1. Mensajes: %2. Ajustes: %3. Claves: %4. Modelos en la lista: %5.</translation>
    </message>
    <message>
        <source>Everything becomes as it was in the backup. Other chats go into the trash, and other settings get their defaults.</source>
        <translation>Todo queda como estaba en la copia de seguridad. Los demás chats van a la papelera y los demás ajustes vuelven a sus valores predeterminados.</translation>
    </message>
    <message>
        <source>What is here is backed up first.</source>
        <translation>Antes se hace una copia de seguridad de lo que hay aquí.</translation>
    </message>
</context>
<context>
    <name>ExchangeSession</name>
    <message>
        <source>Chats of NemoDesk</source>
        <translation>Chats de NemoDesk</translation>
    </message>
    <message>
        <source>Export as .html, .md, .json or .jsonl</source>
        <translation>Exportar como .html, .md, .json o .jsonl</translation>
    </message>
    <message>
        <source>Where to keep your chats</source>
        <translation>Dónde guardar tus chats</translation>
    </message>
    <message>
        <source>Your chats are being exported</source>
        <translation>Se están exportando tus chats</translation>
    </message>
    <message>
        <source>1 chat is in this file:</source>
        <translation>Hay 1 chat en este archivo:</translation>
    </message>
    <message>
        <source>%1 chats:</source>
        <translation>%1 chats:</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>Exportación terminada</translation>
    </message>
    <message>
        <source>Chats to import</source>
        <translation>Chats que importar</translation>
    </message>
    <message>
        <source>Chats (*.json *.jsonl *.zip *.nemodesk);;All files (*)</source>
        <translation>Chats (*.json *.jsonl *.zip *.nemodesk);;Todos los archivos (*)</translation>
    </message>
    <message>
        <source>Chats are being imported</source>
        <translation>Se están importando chats</translation>
    </message>
    <message>
        <source>Where to keep the backup</source>
        <translation>Dónde guardar la copia de seguridad</translation>
    </message>
    <message>
        <source>Everything is being backed up</source>
        <translation>Se está haciendo una copia de seguridad de todo</translation>
    </message>
    <message>
        <source>The backup is made.</source>
        <translation>La copia de seguridad está hecha.</translation>
    </message>
    <message>
        <source>Backups of NemoDesk (*.nemodesk);;All files (*)</source>
        <translation>Copias de seguridad de NemoDesk (*.nemodesk);;Todos los archivos (*)</translation>
    </message>
    <message>
        <source>The backup to restore</source>
        <translation>La copia de seguridad que restaurar</translation>
    </message>
    <message>
        <source>The backup is being read</source>
        <translation>Se está leyendo la copia de seguridad</translation>
    </message>
    <message>
        <source>The backup is being restored</source>
        <translation>Se está restaurando la copia de seguridad</translation>
    </message>
    <message>
        <source>What was here before is kept in %1.</source>
        <translation>Lo que había antes se conserva en %1.</translation>
    </message>
    <message>
        <source>Something else is still being done. Wait until it has ended.</source>
        <translation>Todavía hay otra tarea en curso. Espera a que termine.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
</context>
<context>
    <name>FailureLine</name>
    <message>
        <source>Retry</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>Quitar %1</translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Reset: %1</source>
        <translation>Restablecer: %1</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>System prompt</source>
        <translation>Prompt del sistema</translation>
    </message>
    <message>
        <source>Nothing. For example: Answer briefly.</source>
        <translation>Nada. Por ejemplo: Responde brevemente.</translation>
    </message>
    <message>
        <source>What the model is told before your first message: who it is to be, how it is to write.</source>
        <translation>Lo que se le dice al modelo antes de tu primer mensaje: quién debe ser y cómo debe escribir.</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Razonamiento</translation>
    </message>
    <message>
        <source>As the model likes</source>
        <translation>Como prefiera el modelo</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>Pensar primero</translation>
    </message>
    <message>
        <source>Answer at once</source>
        <translation>Responder enseguida</translation>
    </message>
    <message>
        <source>Thinking makes hard answers better, and every answer slower.</source>
        <translation>Pensar mejora las respuestas difíciles y hace más lentas todas.</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Plantilla de chat</translation>
    </message>
    <message>
        <source>How messages are put together for the model, in Jinja. Emptied, it is the model&apos;s own again.</source>
        <translation>Cómo se componen los mensajes para el modelo, en Jinja. Si se vacía, vuelve a ser la del propio modelo.</translation>
    </message>
    <message>
        <source>Your choice for every chat with this model.</source>
        <translation>Tu elección para todos los chats con este modelo.</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>Recomendado</translation>
    </message>
    <message>
        <source>Recommended for this model: %1.</source>
        <translation>Recomendado para este modelo: %1.</translation>
    </message>
    <message>
        <source>This is not the model&apos;s own.</source>
        <translation>No es la del propio modelo.</translation>
    </message>
    <message>
        <source>This is the model&apos;s own.</source>
        <translation>Es la del propio modelo.</translation>
    </message>
</context>
<context>
    <name>FileDialog</name>
    <message>
        <source>Open a model file</source>
        <translation>Abrir un archivo de modelo</translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation>Archivos de modelo (*.gguf)</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Adjuntar archivos</translation>
    </message>
</context>
<context>
    <name>FirstRunSession</name>
    <message>
        <source>No model of the catalog fits this computer well. The starter model does, and you can open a model file of your own in Models.</source>
        <translation>Ningún modelo del catálogo va bien en este equipo. El modelo inicial sí, y puedes abrir un archivo de modelo propio en Modelos.</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 de descarga</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>necesita %1 de memoria</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Until it is here the starter model answers. Your chats stay.</source>
        <translation>Hasta que llegue, responde el modelo inicial. Tus chats se conservan.</translation>
    </message>
    <message>
        <source>You can chat as soon as it is here.</source>
        <translation>Puedes chatear en cuanto llegue.</translation>
    </message>
    <message>
        <source>%1 is on its way</source>
        <translation>%1 está en camino</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>Mostrar la descarga</translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>Move…</source>
        <translation>Mover…</translation>
    </message>
    <message>
        <source>Moving your models</source>
        <translation>Moviendo tus modelos</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Archive</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papelera</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Restaurar</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>Eliminar para siempre…</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>Vaciar la papelera…</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>Devolver a los chats</translation>
    </message>
</context>
<context>
    <name>FoundBar</name>
    <message>
        <source>Use them</source>
        <translation>Usarlos</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Ahora no</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>General</source>
        <translation>General</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apariencia</translation>
    </message>
    <message>
        <source>High contrast puts clear edges on everything.</source>
        <translation>El contraste alto pone bordes claros a todo.</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>The right model</source>
        <translation>El modelo adecuado</translation>
    </message>
    <message>
        <source>The welcome page looks at this computer and names the best model for it.</source>
        <translation>La página de bienvenida examina este equipo e indica el mejor modelo para él.</translation>
    </message>
    <message>
        <source>Show the welcome page again</source>
        <translation>Volver a mostrar la página de bienvenida</translation>
    </message>
    <message>
        <source>Where your settings are</source>
        <translation>Dónde están tus ajustes</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>Según el sistema</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Contraste alto</translation>
    </message>
</context>
<context>
    <name>HubPart</name>
    <message>
        <source>Try again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Hugging Face is being asked</source>
        <translation>Consultando Hugging Face</translation>
    </message>
    <message>
        <source>Search Hugging Face for “{0}”</source>
        <translation>Buscar «{0}» en Hugging Face</translation>
    </message>
    <message>
        <source>“{0}” at Hugging Face</source>
        <translation>«{0}» en Hugging Face</translation>
    </message>
    <message>
        <source>Nothing is called so there. Try fewer or other words.</source>
        <translation>Allí no hay nada con ese nombre. Prueba con menos palabras o con otras.</translation>
    </message>
</context>
<context>
    <name>HubSession</name>
    <message>
        <source>There is no model file in it that NemoDesk can load.</source>
        <translation>No contiene ningún archivo de modelo que NemoDesk pueda cargar.</translation>
    </message>
</context>
<context>
    <name>JumpButton</name>
    <message>
        <source>Jump to the end</source>
        <translation>Ir al final</translation>
    </message>
</context>
<context>
    <name>KeyCard</name>
    <message>
        <source>Some models are given only to people who have accepted their licence at Hugging Face. A key (“access token”) of your account there opens them. “Read” is enough.</source>
        <translation>Algunos modelos solo se entregan a quienes han aceptado su licencia en Hugging Face. Una clave («access token») de tu cuenta allí les da acceso. Basta con «Read».</translation>
    </message>
    <message>
        <source>Add a key…</source>
        <translation>Añadir una clave…</translation>
    </message>
    <message>
        <source>Replace the key…</source>
        <translation>Sustituir la clave…</translation>
    </message>
    <message>
        <source>Remove the key…</source>
        <translation>Quitar la clave…</translation>
    </message>
    <message>
        <source>A key is kept.</source>
        <translation>Hay una clave guardada.</translation>
    </message>
    <message>
        <source>There is no key.</source>
        <translation>No hay ninguna clave.</translation>
    </message>
    <message>
        <source>Remove the key?</source>
        <translation>¿Quitar la clave?</translation>
    </message>
    <message>
        <source>Models that need it cannot be downloaded then. The key itself stays valid.</source>
        <translation>Los modelos que la necesitan ya no se podrán descargar. La clave en sí sigue siendo válida.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
</context>
<context>
    <name>KeyGroups</name>
    <message>
        <source>Recovery key</source>
        <translation>Clave de recuperación</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Guardar…</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>The key for Hugging Face</source>
        <translation>La clave de Hugging Face</translation>
    </message>
    <message>
        <source>Keep the key</source>
        <translation>Guardar la clave</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Copy it from your account&apos;s page “Access Tokens” at Hugging Face.</source>
        <translation>Cópiala de la página «Access Tokens» de tu cuenta en Hugging Face.</translation>
    </message>
    <message>
        <source>This is no key: it has spaces or other signs in it.</source>
        <translation>Esto no es una clave: contiene espacios u otros signos.</translation>
    </message>
    <message>
        <source>Your recovery key</source>
        <translation>Tu clave de recuperación</translation>
    </message>
    <message>
        <source>Whoever has it can read your chats. Keep it on paper, or on another device.</source>
        <translation>Quien la tenga puede leer tus chats. Guárdala en papel o en otro dispositivo.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Listo</translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation>Clave de recuperación</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Desbloquear</translation>
    </message>
    <message>
        <source>Begin with empty chats…</source>
        <translation>Empezar con chats vacíos…</translation>
    </message>
    <message>
        <source>Begin with empty chats?</source>
        <translation>¿Empezar con chats vacíos?</translation>
    </message>
    <message>
        <source>Without password and recovery key nobody can read your chats, not even you. Their file is kept beside the new one, in case the recovery key turns up.</source>
        <translation>Sin la contraseña y sin la clave de recuperación nadie puede leer tus chats, ni siquiera tú. Su archivo se conserva junto al nuevo, por si aparece la clave de recuperación.</translation>
    </message>
    <message>
        <source>Begin with empty chats</source>
        <translation>Empezar con chats vacíos</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Use the password</source>
        <translation>Usar la contraseña</translation>
    </message>
    <message>
        <source>Use the recovery key</source>
        <translation>Usar la clave de recuperación</translation>
    </message>
    <message>
        <source>Ask the keyring again</source>
        <translation>Volver a consultar el llavero</translation>
    </message>
    <message>
        <source>Try again in %1 s.</source>
        <translation>Vuelve a intentarlo en %1 s.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Comprobando…</translation>
    </message>
</context>
<context>
    <name>LockSession</name>
    <message>
        <source>The keyring does not give the key.</source>
        <translation>El llavero no entrega la clave.</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>Tus chats están cifrados</translation>
    </message>
    <message>
        <source>The keyring of this computer does not give their key. Unlock the keyring, or type the recovery key that you wrote down.</source>
        <translation>El llavero de este equipo no entrega su clave. Desbloquea el llavero o escribe la clave de recuperación que anotaste.</translation>
    </message>
    <message>
        <source>Forgotten? Your chats are not encrypted, so this is a door only: “nemodesk settings reset lock.enabled” in a terminal opens it.</source>
        <translation>¿La has olvidado? Tus chats no están cifrados, así que esto es solo una puerta: «nemodesk settings reset lock.enabled» en un terminal la abre.</translation>
    </message>
    <message>
        <source>NemoDesk is locked</source>
        <translation>NemoDesk está bloqueado</translation>
    </message>
    <message>
        <source>Type your password to see your chats.</source>
        <translation>Escribe tu contraseña para ver tus chats.</translation>
    </message>
    <message>
        <source>This password is not the right one.</source>
        <translation>Esta contraseña no es la correcta.</translation>
    </message>
    <message>
        <source>You begin with empty chats</source>
        <translation>Empiezas con chats vacíos</translation>
    </message>
    <message>
        <source>The encrypted ones are kept as %1.</source>
        <translation>Los cifrados se conservan como %1.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Drop the model here to add it</source>
        <translation>Suelta aquí el modelo para añadirlo</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelos</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>Descargas</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Chat nuevo</translation>
    </message>
    <message>
        <source>New chat of which nothing is kept</source>
        <translation>Chat nuevo del que no se guarda nada</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Buscar en los chats</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Escribir un mensaje</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Enviar el mensaje</translation>
    </message>
    <message>
        <source>Begin a new line</source>
        <translation>Empezar una línea nueva</translation>
    </message>
    <message>
        <source>Edit your last message, when nothing is written</source>
        <translation>Editar tu último mensaje, si no hay nada escrito</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Detener la respuesta</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>Detener la respuesta o cerrar lo que esté abierto</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Elegir un modelo</translation>
    </message>
    <message>
        <source>Attach files to the message</source>
        <translation>Adjuntar archivos al mensaje</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>Mostrar u ocultar los chats</translation>
    </message>
    <message>
        <source>Chat settings</source>
        <translation>Ajustes del chat</translation>
    </message>
    <message>
        <source>Rename the chat, in the list</source>
        <translation>Cambiar el nombre del chat, en la lista</translation>
    </message>
    <message>
        <source>Lock NemoDesk, when there is a password</source>
        <translation>Bloquear NemoDesk, si hay una contraseña</translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation>Mostrar estas teclas</translation>
    </message>
    <message>
        <source>Close NemoDesk</source>
        <translation>Cerrar NemoDesk</translation>
    </message>
</context>
<context>
    <name>MarkLine</name>
    <message>
        <source>Show the summary</source>
        <translation>Mostrar el resumen</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Resumen</translation>
    </message>
    <message>
        <source>The model is writing a summary of what is above.</source>
        <translation>El modelo está escribiendo un resumen de lo anterior.</translation>
    </message>
    <message>
        <source>The model reads a summary of what is above.</source>
        <translation>El modelo lee un resumen de lo anterior.</translation>
    </message>
    <message>
        <source>Of what is above this line, the model reads nothing any more but the summary.</source>
        <translation>De lo que hay por encima de esta línea, el modelo ya solo lee el resumen.</translation>
    </message>
    <message>
        <source>The model no longer reads what is above this line.</source>
        <translation>El modelo ya no lee lo que hay por encima de esta línea.</translation>
    </message>
    <message>
        <source>Hide the summary</source>
        <translation>Ocultar el resumen</translation>
    </message>
</context>
<context>
    <name>MessageColumn</name>
    <message>
        <source>Transcript</source>
        <translation>Conversación</translation>
    </message>
</context>
<context>
    <name>MessageEdit</name>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Edited message</source>
        <translation>Mensaje editado</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de nuevo</translation>
    </message>
</context>
<context>
    <name>MessageView</name>
    <message>
        <source>You</source>
        <translation>Tú</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Asistente</translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation>Has detenido esta respuesta.</translation>
    </message>
    <message>
        <source>This answer was interrupted. Continue goes on from here.</source>
        <translation>Esta respuesta se interrumpió. «Continuar» sigue desde aquí.</translation>
    </message>
    <message>
        <source>This answer reached its length limit. Continue goes on from here.</source>
        <translation>Esta respuesta alcanzó su límite de longitud. «Continuar» sigue desde aquí.</translation>
    </message>
    <message>
        <source>This answer could not be finished.</source>
        <translation>Esta respuesta no se pudo terminar.</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Regenerar</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Recommended</source>
        <translation>Recomendado</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>En uso</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Descargar</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Open its page at Hugging Face</source>
        <translation>Abrir su página en Hugging Face</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
    <message>
        <source>Remove {0} from this computer? Chats with it stay.</source>
        <translation>¿Quitar {0} de este equipo? Los chats con este modelo se conservan.</translation>
    </message>
</context>
<context>
    <name>ModelChoices</name>
    <message>
        <source>Models on this computer</source>
        <translation>Modelos en este equipo</translation>
    </message>
    <message>
        <source>Open a model file…</source>
        <translation>Abrir un archivo de modelo…</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>Model</source>
        <translation>Modelo</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Elegir un modelo</translation>
    </message>
</context>
<context>
    <name>ModelSession</name>
    <message>
        <source>There is no model on this computer yet. Download one in Models.</source>
        <translation>Aún no hay ningún modelo en este equipo. Descarga uno en Modelos.</translation>
    </message>
    <message>
        <source>%1 is loaded with your next message</source>
        <translation>%1 se cargará con tu próximo mensaje</translation>
    </message>
    <message>
        <source>%1 runs on the graphics card (%2)</source>
        <translation>%1 funciona en la tarjeta gráfica (%2)</translation>
    </message>
    <message>
        <source>%1 runs on the processor</source>
        <translation>%1 funciona en el procesador</translation>
    </message>
    <message>
        <source>%1, on this computer</source>
        <translation>%1, en este equipo</translation>
    </message>
    <message>
        <source>%1 models were not taken in</source>
        <translation>No se han añadido %1 modelos</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 está listo</translation>
    </message>
    <message>
        <source>%1 models are ready</source>
        <translation>%1 modelos están listos</translation>
    </message>
    <message>
        <source>%1 was removed.</source>
        <translation>Se ha quitado %1.</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 y %2</translation>
    </message>
    <message>
        <source>1 model of %2 is already on this computer: %1.</source>
        <translation>1 modelo de %2 ya está en este equipo: %1.</translation>
    </message>
    <message>
        <source>%1 models of %2 are already on this computer.</source>
        <translation>%1 modelos de %2 ya están en este equipo.</translation>
    </message>
</context>
<context>
    <name>ModelsRoom</name>
    <message>
        <source>Open a model file…</source>
        <translation>Abrir un archivo de modelo…</translation>
    </message>
    <message>
        <source>Look for new models</source>
        <translation>Buscar modelos nuevos</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>Buscar modelos</translation>
    </message>
    <message>
        <source>Model list</source>
        <translation>Lista de modelos</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelos</translation>
    </message>
    <message>
        <source>What this computer can run, and how fast it would write.</source>
        <translation>Lo que este equipo puede ejecutar y con qué rapidez escribiría.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation>Aptos para este equipo</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>En este equipo</translation>
    </message>
    <message>
        <source>Nothing found here</source>
        <translation>No se ha encontrado nada aquí</translation>
    </message>
    <message>
        <source>No model on this computer or in the catalog is called “{0}”.</source>
        <translation>Ningún modelo de este equipo ni del catálogo se llama «{0}».</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>Nada que mostrar</translation>
    </message>
    <message>
        <source>Choose “All” to see every model.</source>
        <translation>Elige «Todos» para ver todos los modelos.</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>Aún no hay modelos</translation>
    </message>
    <message>
        <source>Open a model file, or drop one here. Model files end in .gguf.</source>
        <translation>Abre un archivo de modelo o suéltalo aquí. Los archivos de modelo terminan en .gguf.</translation>
    </message>
</context>
<context>
    <name>NameSheet</name>
    <message>
        <source>Name of the preset</source>
        <translation>Nombre del preajuste</translation>
    </message>
    <message>
        <source>For example: Short answers</source>
        <translation>Por ejemplo: Respuestas cortas</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>There is a preset of this name. Saving replaces it.</source>
        <translation>Ya hay un preajuste con este nombre. Al guardar se sustituye.</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Navigation</source>
        <translation>Navegación</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>Se muestra ahora</translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation>%1 completado</translation>
    </message>
</context>
<context>
    <name>NumberEdit</name>
    <message>
        <source>Write a number between %1 and %2.</source>
        <translation>Escribe un número entre %1 y %2.</translation>
    </message>
    <message>
        <source>Write a whole number between %1 and %2.</source>
        <translation>Escribe un número entero entre %1 y %2.</translation>
    </message>
</context>
<context>
    <name>PassphraseSheet</name>
    <message>
        <source>This backup is protected</source>
        <translation>Esta copia de seguridad está protegida</translation>
    </message>
    <message>
        <source>Enter the passphrase that it was made with.</source>
        <translation>Introduce la frase de contraseña con la que se hizo.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Frase de contraseña</translation>
    </message>
    <message>
        <source>Enter the passphrase first.</source>
        <translation>Introduce primero la frase de contraseña.</translation>
    </message>
</context>
<context>
    <name>PasswordCard</name>
    <message>
        <source>Set a password…</source>
        <translation>Poner una contraseña…</translation>
    </message>
    <message>
        <source>Change the password…</source>
        <translation>Cambiar la contraseña…</translation>
    </message>
    <message>
        <source>Remove the password…</source>
        <translation>Quitar la contraseña…</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Bloquear ahora</translation>
    </message>
    <message>
        <source>Lock by itself</source>
        <translation>Bloqueo automático</translation>
    </message>
    <message>
        <source>Only at the start</source>
        <translation>Solo al iniciar</translation>
    </message>
    <message>
        <source>After %1 minutes</source>
        <translation>Después de %1 minutos</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. It is not written down anywhere: only the recovery key helps whoever forgets it.</source>
        <translation>NemoDesk la pide en cada inicio y cuando se ha bloqueado. No está escrita en ninguna parte: a quien la olvide solo le ayuda la clave de recuperación.</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. Without encryption it is a door only: whoever can read the files of this computer can read your chats.</source>
        <translation>NemoDesk la pide en cada inicio y cuando se ha bloqueado. Sin cifrado es solo una puerta: quien pueda leer los archivos de este equipo puede leer tus chats.</translation>
    </message>
    <message>
        <source>Whoever uses this computer can then open NemoDesk and read your chats.</source>
        <translation>Quien use este equipo podrá entonces abrir NemoDesk y leer tus chats.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key: NemoDesk then asks for the recovery key at each start.</source>
        <translation>Este equipo no tiene un llavero que pueda guardar la clave: NemoDesk pedirá entonces la clave de recuperación en cada inicio.</translation>
    </message>
    <message>
        <source>Remove the password?</source>
        <translation>¿Quitar la contraseña?</translation>
    </message>
    <message>
        <source>Remove the password</source>
        <translation>Quitar la contraseña</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>PasswordSheet</name>
    <message>
        <source>Choose a password</source>
        <translation>Elige una contraseña</translation>
    </message>
    <message>
        <source>Set the password</source>
        <translation>Poner la contraseña</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>Contraseña nueva</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>La misma otra vez</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>Las dos no coinciden.</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>Una contraseña necesita al menos %1 letras. Cuatro palabras sin relación entre sí son fáciles de recordar y difíciles de adivinar.</translation>
    </message>
</context>
<context>
    <name>PerformancePage</name>
    <message>
        <source>Performance</source>
        <translation>Rendimiento</translation>
    </message>
    <message>
        <source>NemoDesk finds out by itself what suits this computer. Change this only to try something, or to leave room for other programs.</source>
        <translation>NemoDesk averigua por sí mismo lo que conviene a este equipo. Cambia esto solo para probar algo o para dejar sitio a otros programas.</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>Qué hace los cálculos</translation>
    </message>
    <message>
        <source>What a chat takes of the memory</source>
        <translation>Cuánta memoria ocupa un chat</translation>
    </message>
</context>
<context>
    <name>PreferencesSession</name>
    <message>
        <source>The variable %1 of your system wins over it.</source>
        <translation>La variable %1 de tu sistema tiene prioridad.</translation>
    </message>
    <message>
        <source>Automatic is %1 on this computer.</source>
        <translation>Automático equivale a %1 en este equipo.</translation>
    </message>
    <message>
        <source>This edition of NemoDesk computes on the processor alone.</source>
        <translation>Esta edición de NemoDesk calcula solo en el procesador.</translation>
    </message>
    <message>
        <source>In the keyring of this computer, which your login protects.</source>
        <translation>En el llavero de este equipo, protegido por tu inicio de sesión.</translation>
    </message>
    <message>
        <source>NemoDesk is portable here: settings are in the file %1, and keys are forgotten when it is closed.</source>
        <translation>NemoDesk es portátil aquí: los ajustes están en el archivo %1 y las claves se olvidan al cerrarlo.</translation>
    </message>
    <message>
        <source>The keyring of this computer cannot be used now. Settings are in the file %1 meanwhile, and keys are forgotten when NemoDesk is closed.</source>
        <translation>El llavero de este equipo no se puede usar ahora. Mientras tanto, los ajustes están en el archivo %1 y las claves se olvidan al cerrar NemoDesk.</translation>
    </message>
    <message>
        <source>It is in the keyring of this computer, and is never shown.</source>
        <translation>Está en el llavero de este equipo y no se muestra nunca.</translation>
    </message>
    <message>
        <source>It is forgotten when NemoDesk is closed: the keyring cannot be used now.</source>
        <translation>Se olvida al cerrar NemoDesk: el llavero no se puede usar ahora.</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Preset</source>
        <translation>Preajuste</translation>
    </message>
    <message>
        <source>Save or change presets</source>
        <translation>Guardar o cambiar preajustes</translation>
    </message>
    <message>
        <source>Choices under a name</source>
        <translation>Opciones guardadas con un nombre</translation>
    </message>
    <message>
        <source>No preset</source>
        <translation>Sin preajuste</translation>
    </message>
    <message>
        <source>%1, changed</source>
        <translation>%1, modificado</translation>
    </message>
    <message>
        <source>Your own choices</source>
        <translation>Tu propia elección</translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation>Guardar como preajuste…</translation>
    </message>
    <message>
        <source>Save the changes in “%1”</source>
        <translation>Guardar los cambios en «%1»</translation>
    </message>
    <message>
        <source>Rename “%1”…</source>
        <translation>Cambiar el nombre de «%1»…</translation>
    </message>
    <message>
        <source>Delete “%1”…</source>
        <translation>Eliminar «%1»…</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>Guardar como preajuste</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>Cambiar el nombre del preajuste</translation>
    </message>
    <message>
        <source>Delete the preset “%1”?</source>
        <translation>¿Eliminar el preajuste «%1»?</translation>
    </message>
    <message>
        <source>Chats that use it keep its values.</source>
        <translation>Los chats que lo usan conservan sus valores.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
</context>
<context>
    <name>PreviewSheet</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Guardar como…</translation>
    </message>
    <message>
        <source>Only the beginning is shown here. The model gets all that fits.</source>
        <translation>Aquí solo se muestra el principio. El modelo recibe todo lo que quepa.</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>Texto del archivo</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>Esta imagen no se puede mostrar.</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy and security</source>
        <translation>Privacidad y seguridad</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>Trabajar sin conexión</translation>
    </message>
    <message>
        <source>NemoDesk then makes no connection at all: no search for models, no download.</source>
        <translation>NemoDesk no establece entonces ninguna conexión: ni búsqueda de modelos ni descargas.</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>Borrar todo…</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>Cifrado</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Conexiones</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>Qué se guarda y dónde</translation>
    </message>
</context>
<context>
    <name>QuantLine</name>
    <message>
        <source>Use</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Descargar</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
</context>
<context>
    <name>RestoreSheet</name>
    <message>
        <source>Restore this backup?</source>
        <translation>¿Restaurar esta copia de seguridad?</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Restaurar</translation>
    </message>
    <message>
        <source>The chats that are here</source>
        <translation>Los chats que hay aquí</translation>
    </message>
    <message>
        <source>Keep them too</source>
        <translation>Conservarlos también</translation>
    </message>
    <message>
        <source>Put them into the trash</source>
        <translation>Ponerlos en la papelera</translation>
    </message>
    <message>
        <source>Chats that are not here are added, and the settings of the backup count.</source>
        <translation>Los chats que no están aquí se añaden y se aplican los ajustes de la copia de seguridad.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
</context>
<context>
    <name>SecretField</name>
    <message>
        <source>Show</source>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>Ocultar</translation>
    </message>
</context>
<context>
    <name>Sentence</name>
    <message>
        <source>%1 Did you mean %2?</source>
        <translation>%1 ¿Querías decir %2?</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2 meanwhile; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 Mientras tanto, los ajustes se guardan en %2; las claves y contraseñas se olvidan al cerrar NemoDesk.</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 Los ajustes se guardan en %2; las claves y contraseñas se olvidan al cerrar NemoDesk.</translation>
    </message>
    <message>
        <source>%1 Trying again in %2 s.</source>
        <translation>%1 Se vuelve a intentar en %2 s.</translation>
    </message>
    <message>
        <source>%1 What it held counts for nothing.</source>
        <translation>%1 Lo que contenía no se tiene en cuenta.</translation>
    </message>
    <message>
        <source>%1 belongs to %2, which would miss it. Use it where it is, or copy it.</source>
        <translation>%1 pertenece a %2, que lo echaría en falta. Úsalo donde está o cópialo.</translation>
    </message>
    <message>
        <source>%1 came with NemoDesk, and goes with it.</source>
        <translation>%1 vino con NemoDesk y se va con él.</translation>
    </message>
    <message>
        <source>%1 cannot be reached. Check the network, and HF_ENDPOINT and HTTPS_PROXY if you have set them, and try again.</source>
        <translation>No se puede acceder a %1. Comprueba la red, y HF_ENDPOINT y HTTPS_PROXY si los has definido, y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that it is still there and that you may read it.</source>
        <translation>No se puede leer %1 (%2). Comprueba que sigue ahí y que tienes permiso para leerlo.</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that you may read it.</source>
        <translation>No se puede leer %1 (%2). Comprueba que tienes permiso para leerlo.</translation>
    </message>
    <message>
        <source>%1 cannot be read. Give a file that you may read.</source>
        <translation>No se puede leer %1. Indica un archivo que puedas leer.</translation>
    </message>
    <message>
        <source>%1 cannot be written (%2). Choose another place.</source>
        <translation>No se puede escribir %1 (%2). Elige otro lugar.</translation>
    </message>
    <message>
        <source>%1 cannot search. Give the full name of a model instead, as in OWNER/NAME.</source>
        <translation>%1 no permite buscar. Indica en su lugar el nombre completo de un modelo, como en OWNER/NAME.</translation>
    </message>
    <message>
        <source>%1 could not be loaded: the file is damaged or made for another version of the engine. Download it again, or update NemoDesk.</source>
        <translation>No se ha podido cargar %1: el archivo está dañado o está hecho para otra versión del motor. Descárgalo de nuevo o actualiza NemoDesk.</translation>
    </message>
    <message>
        <source>%1 could not be read: a part of NemoDesk did not start. Try it again, or install NemoDesk again.</source>
        <translation>No se ha podido leer %1: una parte de NemoDesk no se inició. Vuelve a intentarlo o instala NemoDesk de nuevo.</translation>
    </message>
    <message>
        <source>%1 does not accept the key in HF_TOKEN. Make a new one at %2, or remove HF_TOKEN.</source>
        <translation>%1 no acepta la clave de HF_TOKEN. Crea una nueva en %2 o quita HF_TOKEN.</translation>
    </message>
    <message>
        <source>%1 does not answer as a hub does. Try again later, or check HF_ENDPOINT if you have set it.</source>
        <translation>%1 no responde como lo hace un hub. Vuelve a intentarlo más tarde, o comprueba HF_ENDPOINT si lo has definido.</translation>
    </message>
    <message>
        <source>%1 does not answer in time. Check the network and try again.</source>
        <translation>%1 no responde a tiempo. Comprueba la red y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>%1 does not give access (status %2). Check HF_TOKEN if you have set it, or choose another model.</source>
        <translation>%1 no da acceso (estado %2). Comprueba HF_TOKEN si lo has definido, o elige otro modelo.</translation>
    </message>
    <message>
        <source>%1 does not hold a key of the hub. Copy the key again, as one word, or remove it.</source>
        <translation>%1 no contiene una clave del hub. Copia la clave de nuevo, como una sola palabra, o quítala.</translation>
    </message>
    <message>
        <source>%1 does not hold the address of a proxy. Write it as http://HOST:PORT, or remove it.</source>
        <translation>%1 no contiene la dirección de un proxy. Escríbela como http://HOST:PORT o quítala.</translation>
    </message>
    <message>
        <source>%1 graphics cards with %2 together</source>
        <translation>%1 tarjetas gráficas con %2 en total</translation>
    </message>
    <message>
        <source>%1 has a problem of its own (status %2). Try again in some minutes.</source>
        <translation>%1 tiene un problema propio (estado %2). Vuelve a intentarlo en unos minutos.</translation>
    </message>
    <message>
        <source>%1 has had too many questions from here. Try again %2.</source>
        <translation>%1 ha recibido demasiadas peticiones desde aquí. Vuelve a intentarlo %2.</translation>
    </message>
    <message>
        <source>%1 has no GGUF model. Search for “%2 GGUF” instead.</source>
        <translation>%1 no tiene ningún modelo GGUF. Busca «%2 GGUF» en su lugar.</translation>
    </message>
    <message>
        <source>%1 has no “%2”. Choose one of these: %3.</source>
        <translation>%1 no tiene «%2». Elige una de estas opciones: %3.</translation>
    </message>
    <message>
        <source>%1 holds more than %2 files. Choose the folder with the chats alone.</source>
        <translation>%1 contiene más de %2 archivos. Elige solo la carpeta con los chats.</translation>
    </message>
    <message>
        <source>%1 holds more than 8 million characters, which no model here can read. Give the part of it that matters.</source>
        <translation>%1 contiene más de 8 millones de caracteres, que aquí ningún modelo puede leer. Indica la parte que importa.</translation>
    </message>
    <message>
        <source>%1 holds no text: its pages are pictures. Let a program for text recognition (OCR) add the text, and give that.</source>
        <translation>%1 no contiene texto: sus páginas son imágenes. Haz que un programa de reconocimiento de texto (OCR) añada el texto y usa ese archivo.</translation>
    </message>
    <message>
        <source>%1 in %2-bit</source>
        <translation>%1 en %2 bits</translation>
    </message>
    <message>
        <source>%1 is a file. Choose a folder.</source>
        <translation>%1 es un archivo. Elige una carpeta.</translation>
    </message>
    <message>
        <source>%1 is a folder. Give the files in it.</source>
        <translation>%1 es una carpeta. Indica los archivos que contiene.</translation>
    </message>
    <message>
        <source>%1 is a link to another file. Use it where it is, or copy it.</source>
        <translation>%1 es un enlace a otro archivo. Úsalo donde está o cópialo.</translation>
    </message>
    <message>
        <source>%1 is being written at the moment. Wait until that has ended.</source>
        <translation>%1 se está escribiendo en este momento. Espera a que termine.</translation>
    </message>
    <message>
        <source>%1 is damaged and cannot be read. Save it again, or give another file.</source>
        <translation>%1 está dañado y no se puede leer. Guárdalo de nuevo o indica otro archivo.</translation>
    </message>
    <message>
        <source>%1 is damaged: its content is not what %2 must be by its name. Get the file again from where it came.</source>
        <translation>%1 está dañado: su contenido no es el que %2 debe tener según su nombre. Vuelve a obtener el archivo de donde vino.</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1 está vacío.</translation>
    </message>
    <message>
        <source>%1 is in use, and Windows does not let go of it. Close the chats and programs that use it, then remove it.</source>
        <translation>%1 está en uso y Windows no lo suelta. Cierra los chats y programas que lo usan y quítalo después.</translation>
    </message>
    <message>
        <source>%1 is in your library now, but %2 could not be removed. Remove it yourself.</source>
        <translation>%1 ya está en tu biblioteca, pero no se ha podido quitar %2. Quítalo tú.</translation>
    </message>
    <message>
        <source>%1 is kept in %2. Remove the file there if you no longer want the model.</source>
        <translation>%1 se conserva en %2. Quita el archivo de ahí si ya no quieres el modelo.</translation>
    </message>
    <message>
        <source>%1 is not a LoRA adapter for this model. Choose an adapter in GGUF format that was made for it.</source>
        <translation>%1 no es un adaptador LoRA para este modelo. Elige un adaptador en formato GGUF hecho para él.</translation>
    </message>
    <message>
        <source>%1 is not a text file, a PDF, a document or a picture that can be read. Save it as plain text or as a PDF and give that.</source>
        <translation>%1 no es un archivo de texto, un PDF, un documento ni una imagen que se pueda leer. Guárdalo como texto sin formato o como PDF y usa ese archivo.</translation>
    </message>
    <message>
        <source>%1 is not empty. Choose a new or an empty folder for your models.</source>
        <translation>%1 no está vacía. Elige una carpeta nueva o vacía para tus modelos.</translation>
    </message>
    <message>
        <source>%1 is not in the trash any more. Download it again.</source>
        <translation>%1 ya no está en la papelera. Descárgalo de nuevo.</translation>
    </message>
    <message>
        <source>%1 is protected by a password. Save it without one and give that.</source>
        <translation>%1 está protegido con una contraseña. Guárdalo sin ella y usa ese archivo.</translation>
    </message>
    <message>
        <source>%1 is too large: a text file may have 8 MB, another file 64 MB. Give the part of it that matters.</source>
        <translation>%1 es demasiado grande: un archivo de texto puede tener 8 MB, otro archivo 64 MB. Indica la parte que importa.</translation>
    </message>
    <message>
        <source>%1 layers of this model do not fit on the graphics card. Choose fewer, or -1 for as many as fit.</source>
        <translation>%1 capas de este modelo no caben en la tarjeta gráfica. Elige menos, o -1 para tantas como quepan.</translation>
    </message>
    <message>
        <source>%1 lies inside the models folder itself. Choose a folder outside %2.</source>
        <translation>%1 está dentro de la propia carpeta de modelos. Elige una carpeta fuera de %2.</translation>
    </message>
    <message>
        <source>%1 may not be read or changed, or another program uses it. Check the permissions, or close that program.</source>
        <translation>%1 no se puede leer o cambiar, o lo usa otro programa. Comprueba los permisos o cierra ese programa.</translation>
    </message>
    <message>
        <source>%1 no longer has the file %2. Search for the model again and choose another file.</source>
        <translation>%1 ya no tiene el archivo %2. Busca el modelo de nuevo y elige otro archivo.</translation>
    </message>
    <message>
        <source>%1 takes %2.</source>
        <translation>%1 admite %2.</translation>
    </message>
    <message>
        <source>%1 was written while the models were moved. Pause the downloads and try again; your models are still in %2.</source>
        <translation>Se escribió en %1 mientras se movían los modelos. Pausa las descargas y vuelve a intentarlo; tus modelos siguen en %2.</translation>
    </message>
    <message>
        <source>%1, %2 cores, %3</source>
        <translation>%1, %2 núcleos, %3</translation>
    </message>
    <message>
        <source>%1, %2 layers on the card</source>
        <translation>%1, %2 capas en la tarjeta</translation>
    </message>
    <message>
        <source>%1: %2 fits well and writes %3.</source>
        <translation>%1: %2 cabe con holgura y escribe %3.</translation>
    </message>
    <message>
        <source>%1: %2 fits, and writes %3.</source>
        <translation>%1: %2 cabe y escribe %3.</translation>
    </message>
    <message>
        <source>A context of %1 tokens needs %2 of memory and this computer has %3 free. Up to %4 tokens fit: choose that or less.</source>
        <translation>Un contexto de %1 tokens necesita %2 de memoria y este equipo tiene %3 libres. Caben hasta %4 tokens: elige esa cantidad o menos.</translation>
    </message>
    <message>
        <source>A copy of %1 came out different from it. Nothing was changed: check the disk and try again.</source>
        <translation>Una copia de %1 ha salido distinta del original. No se ha cambiado nada: comprueba el disco y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>A message of this chat has %1 tokens (pieces of words), more than the model can read to summarise it (%2). Choose a longer context.</source>
        <translation>Un mensaje de este chat tiene %1 tokens (fragmentos de palabras), más de los que el modelo puede leer para resumirlo (%2). Elige un contexto más largo.</translation>
    </message>
    <message>
        <source>A part of NemoDesk could not be started. Install NemoDesk again.</source>
        <translation>No se ha podido iniciar una parte de NemoDesk. Instala NemoDesk de nuevo.</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>Una contraseña necesita al menos %1 letras. Cuatro palabras sin relación entre sí son fáciles de recordar y difíciles de adivinar.</translation>
    </message>
    <message>
        <source>A recovery key has %1 letters and digits in %2 groups; these are %3. Look whether one is missing or twice.</source>
        <translation>Una clave de recuperación tiene %1 letras y cifras en %2 grupos; aquí hay %3. Mira si falta alguna o está repetida.</translation>
    </message>
    <message>
        <source>A very small model that comes with NemoDesk, so that you can chat at once; its answers are simple and often wrong.</source>
        <translation>Un modelo muy pequeño que viene con NemoDesk para que puedas chatear enseguida; sus respuestas son sencillas y a menudo erróneas.</translation>
    </message>
    <message>
        <source>After how long without use it asks again.</source>
        <translation>Después de cuánto tiempo sin uso vuelve a pedirla.</translation>
    </message>
    <message>
        <source>An answer that has ended cannot be one that is being written.</source>
        <translation>Una respuesta que ha terminado no puede ser una que se está escribiendo.</translation>
    </message>
    <message>
        <source>Another NemoDesk is fetching this model. This one waits for it.</source>
        <translation>Otro NemoDesk está descargando este modelo. Este lo espera.</translation>
    </message>
    <message>
        <source>Another program is using your chats and does not let go. Close other windows of NemoDesk and try again.</source>
        <translation>Otro programa está usando tus chats y no los suelta. Cierra las demás ventanas de NemoDesk y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Choose a passphrase of %1 characters or more.</source>
        <translation>Elige una frase de contraseña de %1 caracteres o más.</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>Elige otro.</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller model.</source>
        <translation>Cierra otros programas o elige un modelo más pequeño.</translation>
    </message>
    <message>
        <source>Each answer says how fast it was written.</source>
        <translation>Cada respuesta indica con qué rapidez se escribió.</translation>
    </message>
    <message>
        <source>Get the file again from where it came, or use another model.</source>
        <translation>Vuelve a obtener el archivo de donde vino o usa otro modelo.</translation>
    </message>
    <message>
        <source>Give our conversation a title of two to six words, in the language of my question. Answer with the title alone, without quotation marks.</source>
        <translation>Pon a nuestra conversación un título de dos a seis palabras, en el idioma de mi pregunta. Responde solo con el título, sin comillas.</translation>
    </message>
    <message>
        <source>HF_ENDPOINT does not hold the address of a hub. Write it as https://HOST, or remove it.</source>
        <translation>HF_ENDPOINT no contiene la dirección de un hub. Escríbela como https://HOST o quítala.</translation>
    </message>
    <message>
        <source>How exactly the chat is kept in memory; q8_0 takes half the room.</source>
        <translation>Con qué exactitud se guarda el chat en la memoria; q8_0 ocupa la mitad de espacio.</translation>
    </message>
    <message>
        <source>How fast all downloads together may be.</source>
        <translation>La velocidad máxima de todas las descargas juntas.</translation>
    </message>
    <message>
        <source>How long removed chats and models stay in the trash.</source>
        <translation>Cuánto tiempo permanecen en la papelera los chats y modelos quitados.</translation>
    </message>
    <message>
        <source>How many layers of a model the graphics card computes.</source>
        <translation>Cuántas capas de un modelo calcula la tarjeta gráfica.</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads compute.</source>
        <translation>Cuántos hilos del procesador hacen los cálculos.</translation>
    </message>
    <message>
        <source>How much of a chat a model keeps in mind.</source>
        <translation>Cuánto de un chat retiene un modelo.</translation>
    </message>
    <message>
        <source>How the window looks; “system” follows the computer.</source>
        <translation>El aspecto de la ventana; «system» sigue el del equipo.</translation>
    </message>
    <message>
        <source>Install the edition of NemoDesk for older computers.</source>
        <translation>Instala la edición de NemoDesk para equipos más antiguos.</translation>
    </message>
    <message>
        <source>Instead of %1 a web page answered. If this network wants you to sign in, do that in a browser and try again.</source>
        <translation>En lugar de %1 ha respondido una página web. Si esta red pide que inicies sesión, hazlo en un navegador y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>It holds far more values than any chat does.</source>
        <translation>Contiene muchísimos más valores que cualquier chat.</translation>
    </message>
    <message>
        <source>It is damaged or nested absurdly deeply.</source>
        <translation>Está dañado o su anidamiento es absurdamente profundo.</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>Supera %1.</translation>
    </message>
    <message>
        <source>It is no chat of a kind that NemoDesk knows.</source>
        <translation>No es un chat de ningún tipo que NemoDesk conozca.</translation>
    </message>
    <message>
        <source>It needs %1 of memory and writes %2 %3.</source>
        <translation>Necesita %1 de memoria y escribe %2 %3.</translation>
    </message>
    <message>
        <source>It needs %1 of memory, and this computer has %2 to give.</source>
        <translation>Necesita %1 de memoria, y este equipo puede dar %2.</translation>
    </message>
    <message>
        <source>It now keeps the chat in less memory.</source>
        <translation>Ahora guarda el chat en menos memoria.</translation>
    </message>
    <message>
        <source>It now runs on the processor alone.</source>
        <translation>Ahora funciona solo en el procesador.</translation>
    </message>
    <message>
        <source>It now takes chats of up to about %1 words.</source>
        <translation>Ahora admite chats de hasta unas %1 palabras.</translation>
    </message>
    <message>
        <source>It was left out: it would unpack to an absurd size.</source>
        <translation>Se ha omitido: al descomprimirse alcanzaría un tamaño absurdo.</translation>
    </message>
    <message>
        <source>Keys are kept in a backup with a passphrase only. Choose one.</source>
        <translation>Las claves solo se guardan en una copia de seguridad con frase de contraseña. Elige una.</translation>
    </message>
    <message>
        <source>Knows and understands far more, and is quick where it fits; needs about 24 GB of memory or more.</source>
        <translation>Sabe y entiende mucho más, y es rápido donde cabe; necesita unos 24 GB de memoria o más.</translation>
    </message>
    <message>
        <source>Let Ollama fetch it again, or use another model.</source>
        <translation>Haz que Ollama lo descargue de nuevo o usa otro modelo.</translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation>Se ha detenido la carga.</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password before it shows chats.</source>
        <translation>NemoDesk pide una contraseña antes de mostrar los chats.</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there, or choose another folder with NEMODESK_HOME.</source>
        <translation>NemoDesk no puede guardar sus archivos en %1: %2. Libera espacio o permite escribir ahí, o elige otra carpeta con NEMODESK_HOME.</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there.</source>
        <translation>NemoDesk no puede guardar sus archivos en %1: %2. Libera espacio o permite escribir ahí.</translation>
    </message>
    <message>
        <source>NemoDesk cannot use the list of your models in %1. Check the disk and the folder&apos;s permissions.</source>
        <translation>NemoDesk no puede usar la lista de tus modelos en %1. Comprueba el disco y los permisos de la carpeta.</translation>
    </message>
    <message>
        <source>NemoDesk cannot write to %1: %2. Make room or allow writing there, and try again.</source>
        <translation>NemoDesk no puede escribir en %1: %2. Libera espacio o permite escribir ahí, y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>NemoDesk is closing. Start it again.</source>
        <translation>NemoDesk se está cerrando. Inícialo de nuevo.</translation>
    </message>
    <message>
        <source>NemoDesk is open already, perhaps on another computer, and does not answer. Close it there, then start it again.</source>
        <translation>NemoDesk ya está abierto, quizá en otro equipo, y no responde. Ciérralo allí y después inícialo de nuevo.</translation>
    </message>
    <message>
        <source>NemoDesk is portable here.</source>
        <translation>NemoDesk es portátil aquí.</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all.</source>
        <translation>NemoDesk no establece ninguna conexión.</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1, where your chats are kept. Allow it to write there, or choose another folder.</source>
        <translation>NemoDesk no tiene permiso para escribir en %1, donde se guardan tus chats. Permítele escribir ahí o elige otra carpeta.</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1. Allow writing there, or choose another folder for models.</source>
        <translation>NemoDesk no tiene permiso para escribir en %1. Permite escribir ahí o elige otra carpeta para los modelos.</translation>
    </message>
    <message>
        <source>No authority in %1 (SSL_CERT_FILE) vouches for %2. Add the one of this network, or remove SSL_CERT_FILE to trust the system&apos;s.</source>
        <translation>Ninguna autoridad de %1 (SSL_CERT_FILE) responde por %2. Añade la de esta red, o quita SSL_CERT_FILE para confiar en las del sistema.</translation>
    </message>
    <message>
        <source>No authority that this computer trusts vouches for %1. If the network inspects connections, set SSL_CERT_FILE to the file with its certificate authority.</source>
        <translation>Ninguna autoridad en la que confía este equipo responde por %1. Si la red inspecciona las conexiones, define SSL_CERT_FILE con el archivo de su autoridad de certificación.</translation>
    </message>
    <message>
        <source>No model is loaded. Choose a model first.</source>
        <translation>No hay ningún modelo cargado. Elige primero un modelo.</translation>
    </message>
    <message>
        <source>No recovery key contains %1. Look at your note again.</source>
        <translation>Ninguna clave de recuperación contiene %1. Vuelve a mirar lo que anotaste.</translation>
    </message>
    <message>
        <source>No secure connection to %1 can be made. Check HTTPS_PROXY and HF_ENDPOINT if you have set them, and try again.</source>
        <translation>No se puede establecer una conexión segura con %1. Comprueba HTTPS_PROXY y HF_ENDPOINT si los has definido, y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>Nothing was imported from %1: none of what is in it is a chat that NemoDesk can read. It reads its own exports and those of ChatGPT, Open WebUI and LM Studio.</source>
        <translation>No se ha importado nada de %1: nada de lo que contiene es un chat que NemoDesk pueda leer. Lee sus propias exportaciones y las de ChatGPT, Open WebUI y LM Studio.</translation>
    </message>
    <message>
        <source>Offline mode is on (HF_HUB_OFFLINE), so NemoDesk connects to nobody. Switch it off to search for models or to download them.</source>
        <translation>El modo sin conexión está activado (HF_HUB_OFFLINE), así que NemoDesk no se conecta con nadie. Desactívalo para buscar modelos o descargarlos.</translation>
    </message>
    <message>
        <source>Only an answer can be continued, not a question.</source>
        <translation>Solo se puede continuar una respuesta, no una pregunta.</translation>
    </message>
    <message>
        <source>Part %1 of %2 of this model is missing: %3. Download the model again.</source>
        <translation>Falta la parte %1 de %2 de este modelo: %3. Descarga el modelo de nuevo.</translation>
    </message>
    <message>
        <source>Picture %1: it is attached, but you cannot see it.</source>
        <translation>Imagen %1: está adjunta, pero no puedes verla.</translation>
    </message>
    <message>
        <source>Quick and clever for its size; runs well on most computers.</source>
        <translation>Rápido e inteligente para su tamaño; funciona bien en la mayoría de los equipos.</translation>
    </message>
    <message>
        <source>Reading %1 took too much time or memory, so it was stopped. Give a simpler or shorter file.</source>
        <translation>Leer %1 requería demasiado tiempo o memoria, así que se ha detenido. Indica un archivo más sencillo o más corto.</translation>
    </message>
    <message>
        <source>Remove it and download it again.</source>
        <translation>Quítalo y descárgalo de nuevo.</translation>
    </message>
    <message>
        <source>Run `nemodesk models list` to see which there are.</source>
        <translation>Ejecuta `nemodesk models list` para ver cuáles hay.</translation>
    </message>
    <message>
        <source>Settings and keys are in this computer&apos;s keyring (%1).</source>
        <translation>Los ajustes y las claves están en el llavero de este equipo (%1).</translation>
    </message>
    <message>
        <source>Settings cannot be kept: %1 cannot be written. Make room on the disk or allow writing there.</source>
        <translation>No se pueden guardar los ajustes: no se puede escribir %1. Libera espacio en el disco o permite escribir ahí.</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Detenido. No se ha cambiado nada.</translation>
    </message>
    <message>
        <source>Stopped. What was done before is kept.</source>
        <translation>Detenido. Lo hecho hasta ese momento se conserva.</translation>
    </message>
    <message>
        <source>Stopped. Your chats are as they were.</source>
        <translation>Detenido. Tus chats están como estaban.</translation>
    </message>
    <message>
        <source>Summarise our conversation so far, so that it can go on from your summary alone. Keep names, numbers, decisions, results and open questions. Write at most 200 words, in the language of our conversation, and nothing but the summary.</source>
        <translation>Resume nuestra conversación hasta ahora, de modo que pueda continuar solo a partir de tu resumen. Conserva nombres, cifras, decisiones, resultados y preguntas abiertas. Escribe como máximo 200 palabras, en el idioma de nuestra conversación, y nada más que el resumen.</translation>
    </message>
    <message>
        <source>That was wrong several times. Wait %1 s and try again.</source>
        <translation>Ha sido incorrecto varias veces. Espera %1 s y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The %1 must be between %2 and %3, not %4.</source>
        <translation>El valor de %1 debe estar entre %2 y %3, no %4.</translation>
    </message>
    <message>
        <source>The account of your HF_TOKEN may not use %1 yet. Accept its licence at %2, and try again once access is granted.</source>
        <translation>La cuenta de tu HF_TOKEN aún no puede usar %1. Acepta su licencia en %2 y vuelve a intentarlo cuando se conceda el acceso.</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>La respuesta se ha detenido.</translation>
    </message>
    <message>
        <source>The archive is damaged or was not downloaded whole.</source>
        <translation>El archivo comprimido está dañado o no se descargó entero.</translation>
    </message>
    <message>
        <source>The certificate authorities in %1 cannot be read. Check SSL_CERT_FILE, or remove it.</source>
        <translation>No se pueden leer las autoridades de certificación de %1. Comprueba SSL_CERT_FILE o quítalo.</translation>
    </message>
    <message>
        <source>The certificate of %1 is not valid today. Check date and time of this computer.</source>
        <translation>El certificado de %1 no es válido hoy. Comprueba la fecha y la hora de este equipo.</translation>
    </message>
    <message>
        <source>The certificate shown belongs to another computer than %1. Check HF_ENDPOINT.</source>
        <translation>El certificado presentado pertenece a otro equipo, no a %1. Comprueba HF_ENDPOINT.</translation>
    </message>
    <message>
        <source>The chat template has a mistake in it: %1. Reset it to the model&apos;s own.</source>
        <translation>La plantilla de chat contiene un error: %1. Restablécela a la del propio modelo.</translation>
    </message>
    <message>
        <source>The chats are already closed. Start NemoDesk again.</source>
        <translation>Los chats ya están cerrados. Inicia NemoDesk de nuevo.</translation>
    </message>
    <message>
        <source>The connection to %1 broke off. Try again.</source>
        <translation>Se ha cortado la conexión con %1. Vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The connection to the hub was interrupted.</source>
        <translation>Se ha interrumpido la conexión con el hub.</translation>
    </message>
    <message>
        <source>The disk is full. What has come of the model is kept in %1: make room, then go on with the download.</source>
        <translation>El disco está lleno. Lo que ha llegado del modelo se conserva en %1: libera espacio y continúa después con la descarga.</translation>
    </message>
    <message>
        <source>The disk refuses %1: %2. Check the disk.</source>
        <translation>El disco rechaza %1: %2. Comprueba el disco.</translation>
    </message>
    <message>
        <source>The disk refuses to keep the model in %1. Check the disk, then go on with the download.</source>
        <translation>El disco se niega a guardar el modelo en %1. Comprueba el disco y continúa después con la descarga.</translation>
    </message>
    <message>
        <source>The disk reported a fault while your chats were being saved in %1. Check the disk and try again.</source>
        <translation>El disco ha comunicado un fallo mientras se guardaban tus chats en %1. Comprueba el disco y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The disk with %1 is full. Make room there and try again.</source>
        <translation>El disco de %1 está lleno. Libera espacio ahí y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The download process belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>El proceso de descarga pertenece a otra versión de NemoDesk. Instala NemoDesk de nuevo.</translation>
    </message>
    <message>
        <source>The download was ended from outside. What has come is kept; go on with it.</source>
        <translation>La descarga se ha terminado desde fuera. Lo que ha llegado se conserva; continúa con ella.</translation>
    </message>
    <message>
        <source>The engine belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>El motor pertenece a otra versión de NemoDesk. Instala NemoDesk de nuevo.</translation>
    </message>
    <message>
        <source>The engine cannot run on this processor: it lacks instructions that the engine was built with.</source>
        <translation>El motor no puede funcionar en este procesador: le faltan instrucciones con las que se creó el motor.</translation>
    </message>
    <message>
        <source>The engine could not compute this answer. Try it again.</source>
        <translation>El motor no ha podido calcular esta respuesta. Vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The engine made a mistake. Try it again.</source>
        <translation>El motor ha cometido un error. Vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly.</source>
        <translation>El motor se ha detenido de forma inesperada.</translation>
    </message>
    <message>
        <source>The engine was ended from outside, perhaps because memory ran out.</source>
        <translation>El motor se ha terminado desde fuera, quizá porque se agotó la memoria.</translation>
    </message>
    <message>
        <source>The engine was stopped.</source>
        <translation>El motor se ha detenido.</translation>
    </message>
    <message>
        <source>The file %1 does not match the hub&apos;s own checksum, even after it was fetched twice. Nothing of it was kept. Try again later, or choose another file.</source>
        <translation>El archivo %1 no coincide con la suma de comprobación del propio hub, ni siquiera tras descargarlo dos veces. No se ha conservado nada de él. Vuelve a intentarlo más tarde o elige otro archivo.</translation>
    </message>
    <message>
        <source>The file %1 has changed at the hub. It is fetched from the beginning.</source>
        <translation>El archivo %1 ha cambiado en el hub. Se descarga desde el principio.</translation>
    </message>
    <message>
        <source>The file %1 is gone.</source>
        <translation>El archivo %1 ya no existe.</translation>
    </message>
    <message>
        <source>The file does not match the hub&apos;s checksum. Its bad part is fetched again.</source>
        <translation>El archivo no coincide con la suma de comprobación del hub. Su parte defectuosa se descarga de nuevo.</translation>
    </message>
    <message>
        <source>The file has changed at the hub meanwhile. Search for the model again.</source>
        <translation>El archivo ha cambiado en el hub mientras tanto. Busca el modelo de nuevo.</translation>
    </message>
    <message>
        <source>The file is damaged or ends in the middle.</source>
        <translation>El archivo está dañado o se corta a la mitad.</translation>
    </message>
    <message>
        <source>The file of %1 is gone: %2. Connect its disk, or leave it out with `nemodesk models remove %3`.</source>
        <translation>El archivo de %1 ya no está: %2. Conecta su disco, o retíralo con `nemodesk models remove %3`.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged, and it cannot be renamed. Close other windows of NemoDesk, or move %1 away, and start NemoDesk again.</source>
        <translation>El archivo con tus chats está dañado y no se le puede cambiar el nombre. Cierra las demás ventanas de NemoDesk, o mueve %1 a otro lugar, e inicia NemoDesk de nuevo.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. It is kept as %1, and NemoDesk goes on with an empty one. Try again.</source>
        <translation>El archivo con tus chats está dañado. Se conserva como %1 y NemoDesk sigue con uno vacío. Vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. Start NemoDesk again: it then sets the damaged file aside in %1 and saves what can be read.</source>
        <translation>El archivo con tus chats está dañado. Inicia NemoDesk de nuevo: apartará el archivo dañado en %1 y salvará lo que se pueda leer.</translation>
    </message>
    <message>
        <source>The file with your chats was damaged and is kept as %1. %2 could be saved, as far as they could be read. Try again to go on.</source>
        <translation>El archivo con tus chats estaba dañado y se conserva como %1. Se ha podido salvar %2, en la medida en que se podía leer. Vuelve a intentarlo para continuar.</translation>
    </message>
    <message>
        <source>The folder %1 is now a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>La carpeta %1 es ahora un enlace a otro lugar, que NemoDesk no sigue. Quita el enlace.</translation>
    </message>
    <message>
        <source>The folder for models has vanished: %1. Connect its disk again, then go on with the download.</source>
        <translation>La carpeta de los modelos ha desaparecido: %1. Conecta su disco de nuevo y continúa después con la descarga.</translation>
    </message>
    <message>
        <source>The grammar has a mistake in it. Mend it or leave it out.</source>
        <translation>La gramática contiene un error. Corrígela u omítela.</translation>
    </message>
    <message>
        <source>The hub does not say how large %1 is, so it cannot be checked. Choose another file.</source>
        <translation>El hub no dice qué tamaño tiene %1, así que no se puede comprobar. Elige otro archivo.</translation>
    </message>
    <message>
        <source>The hub gives this file a name that would lie outside the folder for models, or that no disk can hold. Choose another model.</source>
        <translation>El hub da a este archivo un nombre que quedaría fuera de la carpeta de los modelos o que ningún disco admite. Elige otro modelo.</translation>
    </message>
    <message>
        <source>The hub has a problem of its own.</source>
        <translation>El hub tiene un problema propio.</translation>
    </message>
    <message>
        <source>The hub has had too many requests from here.</source>
        <translation>El hub ha recibido demasiadas peticiones desde aquí.</translation>
    </message>
    <message>
        <source>The hub keeps changing the file %1 while it is fetched. Try again later.</source>
        <translation>El hub sigue cambiando el archivo %1 mientras se descarga. Vuelve a intentarlo más tarde.</translation>
    </message>
    <message>
        <source>The hub sends less of the file %1 than it has. Try again later.</source>
        <translation>El hub envía del archivo %1 menos de lo que tiene. Vuelve a intentarlo más tarde.</translation>
    </message>
    <message>
        <source>The hub&apos;s answers make no sense: another program may stand between, such as the sign-in page of a wireless network. Open a web page to see, then try again.</source>
        <translation>Las respuestas del hub no tienen sentido: puede que haya otro programa en medio, como la página de inicio de sesión de una red inalámbrica. Abre una página web para comprobarlo y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The key of the encrypted chats.</source>
        <translation>La clave de los chats cifrados.</translation>
    </message>
    <message>
        <source>The key that opens gated and private repositories of the hub.</source>
        <translation>La clave que abre los repositorios restringidos y privados del hub.</translation>
    </message>
    <message>
        <source>The keyring does not answer.</source>
        <translation>El llavero no responde.</translation>
    </message>
    <message>
        <source>The keyring is locked.</source>
        <translation>El llavero está bloqueado.</translation>
    </message>
    <message>
        <source>The keyring is switched off for Python programs.</source>
        <translation>El llavero está desactivado para los programas de Python.</translation>
    </message>
    <message>
        <source>The keyring refuses.</source>
        <translation>El llavero se niega.</translation>
    </message>
    <message>
        <source>The language of the window; “system” follows the computer.</source>
        <translation>El idioma de la ventana; «system» sigue el del equipo.</translation>
    </message>
    <message>
        <source>The makers of %1 want you to accept its licence first. Do that at %2, then set HF_TOKEN to a key of your account.</source>
        <translation>Los creadores de %1 quieren que aceptes primero su licencia. Hazlo en %2 y después define HF_TOKEN con una clave de tu cuenta.</translation>
    </message>
    <message>
        <source>The model file %1 cannot be read. Check the disk and the file&apos;s permissions.</source>
        <translation>No se puede leer el archivo de modelo %1. Comprueba el disco y los permisos del archivo.</translation>
    </message>
    <message>
        <source>The model file %1 is gone.</source>
        <translation>El archivo de modelo %1 ya no existe.</translation>
    </message>
    <message>
        <source>The model gives a new chat its title.</source>
        <translation>El modelo pone título a los chats nuevos.</translation>
    </message>
    <message>
        <source>The model wrote no summary. Try it again, or go on without: the oldest messages are then left out.</source>
        <translation>El modelo no ha escrito ningún resumen. Vuelve a intentarlo o sigue sin él: entonces se omiten los mensajes más antiguos.</translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot show this conversation: %1. Try it without the system prompt, or start a new chat.</source>
        <translation>La plantilla de chat del modelo no puede representar esta conversación: %1. Prueba sin el prompt del sistema o empieza un chat nuevo.</translation>
    </message>
    <message>
        <source>The name %1 cannot be found. Check that this computer is connected to the internet, and try again.</source>
        <translation>No se encuentra el nombre %1. Comprueba que este equipo está conectado a Internet y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The name of %1 holds signs that are no text. Rename the file.</source>
        <translation>El nombre de %1 contiene signos que no son texto. Cambia el nombre del archivo.</translation>
    </message>
    <message>
        <source>The new file with your chats came out different from the old one. Nothing was changed: check the disk and try again.</source>
        <translation>El nuevo archivo con tus chats ha salido distinto del antiguo. No se ha cambiado nada: comprueba el disco y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>The proxy of this network asks for a name and a password. Write them into HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT.</source>
        <translation>El proxy de esta red pide un nombre y una contraseña. Escríbelos en HTTPS_PROXY como http://NAME:PASSWORD@HOST:PORT.</translation>
    </message>
    <message>
        <source>The proxy of this network does not let NemoDesk through. Check HTTPS_PROXY.</source>
        <translation>El proxy de esta red no deja pasar a NemoDesk. Comprueba HTTPS_PROXY.</translation>
    </message>
    <message>
        <source>The proxy to reach it through; empty is the system&apos;s.</source>
        <translation>El proxy con el que se accede a él; vacío equivale al del sistema.</translation>
    </message>
    <message>
        <source>The trash %1 is a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>La papelera %1 es un enlace a otro lugar, que NemoDesk no sigue. Quita el enlace.</translation>
    </message>
    <message>
        <source>There are no chats in %1.</source>
        <translation>No hay chats en %1.</translation>
    </message>
    <message>
        <source>There are no models on this computer yet.</source>
        <translation>Aún no hay modelos en este equipo.</translation>
    </message>
    <message>
        <source>There is a new file %1. Remove it first if you want %2 from the trash.</source>
        <translation>Hay un archivo %1 nuevo. Quítalo primero si quieres recuperar %2 de la papelera.</translation>
    </message>
    <message>
        <source>There is no attachment with the number %1. It may have been removed.</source>
        <translation>No hay ningún archivo adjunto con el número %1. Puede que se haya quitado.</translation>
    </message>
    <message>
        <source>There is no chat with the number %1. It may have been deleted.</source>
        <translation>No hay ningún chat con el número %1. Puede que se haya eliminado.</translation>
    </message>
    <message>
        <source>There is no download “%1” in the list.</source>
        <translation>No hay ninguna descarga «%1» en la lista.</translation>
    </message>
    <message>
        <source>There is no file %1. Check its name and try again.</source>
        <translation>No existe el archivo %1. Comprueba su nombre y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>There is no file %1. Check the name and try again.</source>
        <translation>No existe el archivo %1. Comprueba el nombre y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>There is no folder with the number %1. It may have been deleted.</source>
        <translation>No hay ninguna carpeta con el número %1. Puede que se haya eliminado.</translation>
    </message>
    <message>
        <source>There is no message with the number %1. Its chat may have been deleted.</source>
        <translation>No hay ningún mensaje con el número %1. Puede que se haya eliminado su chat.</translation>
    </message>
    <message>
        <source>There is no model %1 at %2, or it is private. Check its name.</source>
        <translation>No hay ningún modelo %1 en %2, o es privado. Comprueba su nombre.</translation>
    </message>
    <message>
        <source>There is no model file %1.</source>
        <translation>No existe el archivo de modelo %1.</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) at %1.</source>
        <translation>No hay ningún archivo de modelo (.gguf) en %1.</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) in the folder %1.</source>
        <translation>No hay ningún archivo de modelo (.gguf) en la carpeta %1.</translation>
    </message>
    <message>
        <source>There is no room in %1: %2 are needed and %3 are free. Free %4 or choose another disk.</source>
        <translation>No hay espacio en %1: se necesitan %2 y hay %3 libres. Libera %4 o elige otro disco.</translation>
    </message>
    <message>
        <source>There is no room left for %1. Make some room, or choose another place.</source>
        <translation>No queda espacio para %1. Libera algo de espacio o elige otro lugar.</translation>
    </message>
    <message>
        <source>There is no room left on the disk, so your chats cannot be saved. Make some room and try again.</source>
        <translation>No queda espacio en el disco, así que no se pueden guardar tus chats. Libera algo de espacio y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>There is no secret %1.</source>
        <translation>No existe el secreto %1.</translation>
    </message>
    <message>
        <source>There is no setting %1.</source>
        <translation>No existe el ajuste %1.</translation>
    </message>
    <message>
        <source>There is not enough memory for a context of %1 tokens. Choose a shorter context or close other programs.</source>
        <translation>No hay suficiente memoria para un contexto de %1 tokens. Elige un contexto más corto o cierra otros programas.</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs and try again.</source>
        <translation>No hay suficiente memoria. Cierra otros programas y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>There is not enough room on the disk: %1 are still to come and %2 are free. Make %3 of room in %4, or choose a smaller model.</source>
        <translation>No hay suficiente espacio en el disco: faltan %1 por llegar y hay %2 libres. Libera %3 en %4 o elige un modelo más pequeño.</translation>
    </message>
    <message>
        <source>There is nothing in it.</source>
        <translation>No contiene nada.</translation>
    </message>
    <message>
        <source>There is nothing to summarise in this chat yet.</source>
        <translation>Aún no hay nada que resumir en este chat.</translation>
    </message>
    <message>
        <source>These chats have no password. Use the recovery key.</source>
        <translation>Estos chats no tienen contraseña. Usa la clave de recuperación.</translation>
    </message>
    <message>
        <source>This answer cannot go on: with its question it has %1 tokens (pieces of words), and there is room for %2. Choose a longer context, or ask for the rest in a new message.</source>
        <translation>Esta respuesta no puede continuar: con su pregunta tiene %1 tokens (fragmentos de palabras) y hay sitio para %2. Elige un contexto más largo o pide el resto en un mensaje nuevo.</translation>
    </message>
    <message>
        <source>This answer is being written in another window of NemoDesk. Wait until it has ended, or stop it there.</source>
        <translation>Esta respuesta se está escribiendo en otra ventana de NemoDesk. Espera a que termine o detenla allí.</translation>
    </message>
    <message>
        <source>This backup is damaged or was not copied whole. Nothing was changed: try another copy.</source>
        <translation>Esta copia de seguridad está dañada o no se copió entera. No se ha cambiado nada: prueba con otra copia.</translation>
    </message>
    <message>
        <source>This backup is protected. Enter its passphrase.</source>
        <translation>Esta copia de seguridad está protegida. Introduce su frase de contraseña.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of NemoDesk. Update NemoDesk to restore it.</source>
        <translation>Esta copia de seguridad se hizo con una versión más nueva de NemoDesk. Actualiza NemoDesk para restaurarla.</translation>
    </message>
    <message>
        <source>This chat is being answered. Stop the answer or wait for its end.</source>
        <translation>Se está respondiendo a este chat. Detén la respuesta o espera a que termine.</translation>
    </message>
    <message>
        <source>This chat is too long for the model: it has %1 tokens (pieces of words), and the context holds %2. Start a new chat or shorten the message.</source>
        <translation>Este chat es demasiado largo para el modelo: tiene %1 tokens (fragmentos de palabras) y en el contexto caben %2. Empieza un chat nuevo o acorta el mensaje.</translation>
    </message>
    <message>
        <source>This computer has %1 of memory, which is too little for the models that NemoDesk knows. Use the starter model.</source>
        <translation>Este equipo tiene %1 de memoria, demasiado poco para los modelos que NemoDesk conoce. Usa el modelo inicial.</translation>
    </message>
    <message>
        <source>This computer is not connected to the internet. Connect it and try again.</source>
        <translation>Este equipo no está conectado a Internet. Conéctalo y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>This computer offers no keyring.</source>
        <translation>Este equipo no ofrece ningún llavero.</translation>
    </message>
    <message>
        <source>This entry of the trash is damaged: it names a place outside the models folder. Empty the trash.</source>
        <translation>Esta entrada de la papelera está dañada: indica un lugar fuera de la carpeta de modelos. Vacía la papelera.</translation>
    </message>
    <message>
        <source>This file holds %1, not a model to chat with. Choose the larger file beside it.</source>
        <translation>Este archivo contiene %1, no un modelo con el que chatear. Elige el archivo más grande que está a su lado.</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk, or it was not copied whole. Choose another one.</source>
        <translation>Este archivo no es una copia de seguridad de NemoDesk, o no se copió entero. Elige otro.</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk. Choose another one.</source>
        <translation>Este archivo no es una copia de seguridad de NemoDesk. Elige otro.</translation>
    </message>
    <message>
        <source>This file was written by a newer version of NemoDesk. Update NemoDesk to read it.</source>
        <translation>Este archivo lo escribió una versión más nueva de NemoDesk. Actualiza NemoDesk para leerlo.</translation>
    </message>
    <message>
        <source>This is not a GGUF model file. Choose a file that ends in .gguf and was downloaded whole.</source>
        <translation>Esto no es un archivo de modelo GGUF. Elige un archivo que termine en .gguf y que se haya descargado entero.</translation>
    </message>
    <message>
        <source>This is not a file with chats.</source>
        <translation>Esto no es un archivo con chats.</translation>
    </message>
    <message>
        <source>This is the same model as %1, which you have in %2. There is no need to take it in twice.</source>
        <translation>Es el mismo modelo que %1, que tienes en %2. No hace falta añadirlo dos veces.</translation>
    </message>
    <message>
        <source>This message is not shown any more. Open the chat again.</source>
        <translation>Este mensaje ya no se muestra. Abre el chat de nuevo.</translation>
    </message>
    <message>
        <source>This message is too long for the model: it has %1 tokens (pieces of words), and there is room for %2. Shorten it, or choose a longer context.</source>
        <translation>Este mensaje es demasiado largo para el modelo: tiene %1 tokens (fragmentos de palabras) y hay sitio para %2. Acórtalo o elige un contexto más largo.</translation>
    </message>
    <message>
        <source>This model cannot keep a chat in less memory (q8_0). Choose f16, and a shorter context if memory is short.</source>
        <translation>Este modelo no puede guardar un chat en menos memoria (q8_0). Elige f16, y un contexto más corto si falta memoria.</translation>
    </message>
    <message>
        <source>This model file is damaged. Download it again.</source>
        <translation>Este archivo de modelo está dañado. Descárgalo de nuevo.</translation>
    </message>
    <message>
        <source>This model file is incomplete: it ends in its header. Download it again.</source>
        <translation>Este archivo de modelo está incompleto: termina en su encabezado. Descárgalo de nuevo.</translation>
    </message>
    <message>
        <source>This model file is incomplete: it has %1 of %2 bytes. Download it again.</source>
        <translation>Este archivo de modelo está incompleto: tiene %1 de %2 bytes. Descárgalo de nuevo.</translation>
    </message>
    <message>
        <source>This model file stores its weights in a way that this version of NemoDesk does not know. Update NemoDesk, or choose another file of the same model.</source>
        <translation>Este archivo de modelo guarda sus pesos de una forma que esta versión de NemoDesk no conoce. Actualiza NemoDesk o elige otro archivo del mismo modelo.</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which is too old. Download a newer file of this model.</source>
        <translation>Este archivo de modelo usa la versión %1 de su formato, que es demasiado antigua. Descarga un archivo más nuevo de este modelo.</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which this version of NemoDesk does not know. Update NemoDesk.</source>
        <translation>Este archivo de modelo usa la versión %1 de su formato, que esta versión de NemoDesk no conoce. Actualiza NemoDesk.</translation>
    </message>
    <message>
        <source>This model file was made for another kind of computer (big-endian). Download the usual file of this model.</source>
        <translation>Este archivo de modelo se hizo para otro tipo de equipo (big-endian). Descarga el archivo habitual de este modelo.</translation>
    </message>
    <message>
        <source>This model needs at least %1 of memory and this computer has %2 free. Close other programs or choose a smaller model.</source>
        <translation>Este modelo necesita al menos %1 de memoria y este equipo tiene %2 libres. Cierra otros programas o elige un modelo más pequeño.</translation>
    </message>
    <message>
        <source>This model was made for a context of up to %1 tokens, not %2. Choose %3 or less.</source>
        <translation>Este modelo se hizo para un contexto de hasta %1 tokens, no de %2. Elige %3 o menos.</translation>
    </message>
    <message>
        <source>This needs %1 of free disk space for a while, and there are %2. Make some room and try again. Nothing was changed.</source>
        <translation>Para esto se necesitan durante un tiempo %1 libres en el disco, y hay %2. Libera algo de espacio y vuelve a intentarlo. No se ha cambiado nada.</translation>
    </message>
    <message>
        <source>This passphrase does not open the backup. Check it and try again.</source>
        <translation>Esta frase de contraseña no abre la copia de seguridad. Compruébala y vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>This password is not the right one. Try again.</source>
        <translation>Esta contraseña no es la correcta. Vuelve a intentarlo.</translation>
    </message>
    <message>
        <source>This recovery key has a wrong letter or digit somewhere, or two that changed places. Compare it with your note.</source>
        <translation>Esta clave de recuperación tiene en algún lugar una letra o cifra incorrecta, o dos intercambiadas. Compárala con lo que anotaste.</translation>
    </message>
    <message>
        <source>This recovery key is of other chats: it was made when they were encrypted another time, or on another computer. Look for the one that belongs to these.</source>
        <translation>Esta clave de recuperación es de otros chats: se creó cuando se cifraron en otra ocasión o en otro equipo. Busca la que corresponde a estos.</translation>
    </message>
    <message>
        <source>This version of NemoDesk does not know models of the kind “%1”. Update NemoDesk, or choose another model.</source>
        <translation>Esta versión de NemoDesk no conoce los modelos del tipo «%1». Actualiza NemoDesk o elige otro modelo.</translation>
    </message>
    <message>
        <source>Try it again; the log holds the details.</source>
        <translation>Vuelve a intentarlo; el registro contiene los detalles.</translation>
    </message>
    <message>
        <source>What the password is checked with is damaged. Use the recovery key.</source>
        <translation>Aquello con lo que se comprueba la contraseña está dañado. Usa la clave de recuperación.</translation>
    </message>
    <message>
        <source>What the password on start is checked with.</source>
        <translation>Con qué se comprueba la contraseña al iniciar.</translation>
    </message>
    <message>
        <source>Where models come from; empty is huggingface.co.</source>
        <translation>De dónde vienen los modelos; vacío equivale a huggingface.co.</translation>
    </message>
    <message>
        <source>Where the window was and how it was arranged.</source>
        <translation>Dónde estaba la ventana y cómo estaba dispuesta.</translation>
    </message>
    <message>
        <source>Whether the first page has been answered.</source>
        <translation>Si se ha respondido a la primera página.</translation>
    </message>
    <message>
        <source>Whether the window has said that there is no keyring.</source>
        <translation>Si la ventana ha avisado de que no hay llavero.</translation>
    </message>
    <message>
        <source>Which key sends a message; the other one begins a new line.</source>
        <translation>Qué tecla envía un mensaje; la otra empieza una línea nueva.</translation>
    </message>
    <message>
        <source>Your chats are already encrypted.</source>
        <translation>Tus chats ya están cifrados.</translation>
    </message>
    <message>
        <source>Your chats are being encrypted or decrypted right now. Try again in a moment.</source>
        <translation>Tus chats se están cifrando o descifrando ahora mismo. Vuelve a intentarlo en un momento.</translation>
    </message>
    <message>
        <source>Your chats are encrypted, and the keyring of this computer does not give their key. Unlock the keyring, or type the recovery key.</source>
        <translation>Tus chats están cifrados y el llavero de este equipo no entrega su clave. Desbloquea el llavero o escribe la clave de recuperación.</translation>
    </message>
    <message>
        <source>Your chats are encrypted. Type the password, or the recovery key.</source>
        <translation>Tus chats están cifrados. Escribe la contraseña o la clave de recuperación.</translation>
    </message>
    <message>
        <source>Your chats are not encrypted.</source>
        <translation>Tus chats no están cifrados.</translation>
    </message>
    <message>
        <source>Your chats were last used with a newer version of NemoDesk. Nothing was changed: update NemoDesk to open them.</source>
        <translation>Tus chats se usaron por última vez con una versión más nueva de NemoDesk. No se ha cambiado nada: actualiza NemoDesk para abrirlos.</translation>
    </message>
    <message>
        <source>Your computer has %1 of memory and %2</source>
        <translation>Tu equipo tiene %1 de memoria y %2</translation>
    </message>
    <message>
        <source>Your models are in %1 already.</source>
        <translation>Tus modelos ya están en %1.</translation>
    </message>
    <message>
        <source>a graphics card that this edition of NemoDesk cannot use</source>
        <translation>una tarjeta gráfica que esta edición de NemoDesk no puede usar</translation>
    </message>
    <message>
        <source>a graphics card with %1</source>
        <translation>una tarjeta gráfica con %1</translation>
    </message>
    <message>
        <source>a graphics processor that shares it</source>
        <translation>un procesador gráfico que la comparte</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>unas %1 palabras por segundo</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>cerca de 1 palabra por segundo</translation>
    </message>
    <message>
        <source>as good as the original</source>
        <translation>tan bueno como el original</translation>
    </message>
    <message>
        <source>for experiments only</source>
        <translation>solo para experimentos</translation>
    </message>
    <message>
        <source>good, and the usual choice</source>
        <translation>bueno, y la elección habitual</translation>
    </message>
    <message>
        <source>less than a word a second</source>
        <translation>menos de una palabra por segundo</translation>
    </message>
    <message>
        <source>much weaker</source>
        <translation>mucho más débil</translation>
    </message>
    <message>
        <source>nearly as good as the original</source>
        <translation>casi tan bueno como el original</translation>
    </message>
    <message>
        <source>no card</source>
        <translation>sin tarjeta</translation>
    </message>
    <message>
        <source>no graphics card</source>
        <translation>ninguna tarjeta gráfica</translation>
    </message>
    <message>
        <source>noticeably weaker</source>
        <translation>notablemente más débil</translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation>en la tarjeta gráfica</translation>
    </message>
    <message>
        <source>on the graphics card and the processor</source>
        <translation>en la tarjeta gráfica y el procesador</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>en el procesador</translation>
    </message>
    <message>
        <source>the original, not packed</source>
        <translation>el original, sin comprimir</translation>
    </message>
    <message>
        <source>very good</source>
        <translation>muy bueno</translation>
    </message>
    <message>
        <source>“%1” names no model at the hub. Write OWNER/NAME, as in unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</source>
        <translation>«%1» no nombra ningún modelo del hub. Escribe OWNER/NAME, como en unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</translation>
    </message>
    <message>
        <source>“%1” stands for several models. Choose one of them: %2.</source>
        <translation>«%1» puede referirse a varios modelos. Elige uno de ellos: %2.</translation>
    </message>
</context>
<context>
    <name>SettingCard</name>
    <message>
        <source>Write an address that begins with one of these: %1. Or nothing.</source>
        <translation>Escribe una dirección que empiece por una de estas: %1. O nada.</translation>
    </message>
</context>
<context>
    <name>SettingWords</name>
    <message>
        <source>Follow the system</source>
        <translation>Según el sistema</translation>
    </message>
    <message>
        <source>Counts at once.</source>
        <translation>Se aplica de inmediato.</translation>
    </message>
    <message>
        <source>Counts from the next message.</source>
        <translation>Se aplica a partir del próximo mensaje.</translation>
    </message>
    <message>
        <source>Counts when a model is loaded the next time.</source>
        <translation>Se aplica la próxima vez que se cargue un modelo.</translation>
    </message>
    <message>
        <source>Counts from the next question to the hub.</source>
        <translation>Se aplica a partir de la próxima consulta al hub.</translation>
    </message>
    <message>
        <source>Counts when NemoDesk is started the next time.</source>
        <translation>Se aplica la próxima vez que se inicie NemoDesk.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>The language of the window. Models answer in the language of your chat.</source>
        <translation>El idioma de la ventana. Los modelos responden en el idioma de tu chat.</translation>
    </message>
    <message>
        <source>Send messages with</source>
        <translation>Enviar mensajes con</translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line.</source>
        <translation>Mayús+Intro siempre empieza una línea nueva.</translation>
    </message>
    <message>
        <source>Titles for new chats</source>
        <translation>Títulos para los chats nuevos</translation>
    </message>
    <message>
        <source>The model names a chat after its first answer. Your own titles stay.</source>
        <translation>El modelo pone título a un chat tras su primera respuesta. Tus propios títulos se conservan.</translation>
    </message>
    <message>
        <source>Show the speed of answers</source>
        <translation>Mostrar la velocidad de las respuestas</translation>
    </message>
    <message>
        <source>Below the chat stands how many words a second the model wrote.</source>
        <translation>Debajo del chat se indica cuántas palabras por segundo ha escrito el modelo.</translation>
    </message>
    <message>
        <source>Speed limit of downloads</source>
        <translation>Límite de velocidad de las descargas</translation>
    </message>
    <message>
        <source>In MB a second, for all downloads together.</source>
        <translation>En MB por segundo, para todas las descargas juntas.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Sin límite</translation>
    </message>
    <message>
        <source>Days in the trash</source>
        <translation>Días en la papelera</translation>
    </message>
    <message>
        <source>Removed chats and models can be brought back for so long.</source>
        <translation>Durante ese tiempo se pueden recuperar los chats y modelos quitados.</translation>
    </message>
    <message>
        <source>Threads of the processor</source>
        <translation>Hilos del procesador</translation>
    </message>
    <message>
        <source>How many compute. More than there are fast cores makes it slower.</source>
        <translation>Cuántos hacen los cálculos. Más hilos que núcleos rápidos lo hace más lento.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automático</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>Capas en la tarjeta gráfica</translation>
    </message>
    <message>
        <source>How much of a model the graphics card computes. Less leaves more of its memory to games and other programs.</source>
        <translation>Qué parte de un modelo calcula la tarjeta gráfica. Con menos, queda más memoria de la tarjeta para juegos y otros programas.</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>Tantas como quepan</translation>
    </message>
    <message>
        <source>Usual context length</source>
        <translation>Longitud de contexto habitual</translation>
    </message>
    <message>
        <source>How much of a chat models hold, in tokens: 1,000 are about 750 words. Longer ones take more memory. A chat can have its own.</source>
        <translation>Cuánto de un chat retienen los modelos, en tokens: 1000 son unas 750 palabras. Un contexto más largo ocupa más memoria. Un chat puede tener el suyo propio.</translation>
    </message>
    <message>
        <source>How chats are held in memory</source>
        <translation>Cómo se guardan los chats en la memoria</translation>
    </message>
    <message>
        <source>Packed chats take half the memory and are read a little less exactly. Models that cannot pack hold them exactly.</source>
        <translation>Los chats comprimidos ocupan la mitad de memoria y se leen con un poco menos de exactitud. Los modelos que no pueden comprimir los guardan exactos.</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>Trabajar sin conexión</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all, also when you ask for one.</source>
        <translation>NemoDesk no establece ninguna conexión, ni siquiera cuando la pides.</translation>
    </message>
    <message>
        <source>Address of the hub</source>
        <translation>Dirección del hub</translation>
    </message>
    <message>
        <source>Where models are looked for and downloaded from.</source>
        <translation>Dónde se buscan los modelos y desde dónde se descargan.</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>The way to the hub, if your network has one.</source>
        <translation>El camino hasta el hub, si tu red tiene uno.</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>Según el sistema</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Intro</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Intro</translation>
    </message>
    <message>
        <source>Exact (f16)</source>
        <translation>Exacto (f16)</translation>
    </message>
    <message>
        <source>Packed (q8_0)</source>
        <translation>Comprimido (q8_0)</translation>
    </message>
</context>
<context>
    <name>SettingsDoor</name>
    <message>
        <source>Where to keep your models</source>
        <translation>Dónde guardar tus modelos</translation>
    </message>
</context>
<context>
    <name>SettingsRoom</name>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>General</source>
        <translation>General</translation>
    </message>
    <message>
        <source>Models and storage</source>
        <translation>Modelos y almacenamiento</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>Rendimiento</translation>
    </message>
    <message>
        <source>Privacy and security</source>
        <translation>Privacidad y seguridad</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Conexiones</translation>
    </message>
    <message>
        <source>Backup and transfer</source>
        <translation>Copia de seguridad y transferencia</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Acerca de</translation>
    </message>
</context>
<context>
    <name>SettingsSession</name>
    <message>
        <source>Settings are kept elsewhere for now</source>
        <translation>Por ahora los ajustes se guardan en otro lugar</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>Shelf</name>
    <message>
        <source>Came with NemoDesk</source>
        <translation>Vino con NemoDesk</translation>
    </message>
    <message>
        <source>A file that you opened</source>
        <translation>Un archivo que abriste</translation>
    </message>
    <message>
        <source>LM Studio</source>
        <translation>LM Studio</translation>
    </message>
    <message>
        <source>Ollama</source>
        <translation>Ollama</translation>
    </message>
    <message>
        <source>The Hugging Face cache</source>
        <translation>La caché de Hugging Face</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pausa</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Comprobando</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>necesita %1 de memoria</translation>
    </message>
    <message>
        <source>Remove %1 from this computer? Chats with it stay.</source>
        <translation>¿Quitar %1 de este equipo? Los chats con este modelo se conservan.</translation>
    </message>
    <message>
        <source>Hugging Face: %1</source>
        <translation>Hugging Face: %1</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Ubicación</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Origen</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 tokens</translation>
    </message>
    <message>
        <source>Name for the command line</source>
        <translation>Nombre para la línea de comandos</translation>
    </message>
    <message>
        <source>%1 downloads a month</source>
        <translation>%1 descargas al mes</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 de descarga</translation>
    </message>
    <message>
        <source>Kind of model</source>
        <translation>Tipo de modelo</translation>
    </message>
    <message>
        <source>Longest chat</source>
        <translation>Chat más largo</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licencia</translation>
    </message>
    <message>
        <source>Checked on %1: %2</source>
        <translation>Comprobado el %1: %2</translation>
    </message>
    <message>
        <source>%1 is at</source>
        <translation>%1 está en</translation>
    </message>
</context>
<context>
    <name>ShelfSession</name>
    <message>
        <source>%1 has no choice “%2” any more. Look at its details.</source>
        <translation>%1 ya no tiene la opción «%2». Consulta sus detalles.</translation>
    </message>
    <message>
        <source>There is nothing new.</source>
        <translation>No hay nada nuevo.</translation>
    </message>
    <message>
        <source>New in the list: %1.</source>
        <translation>Nuevo en la lista: %1.</translation>
    </message>
    <message>
        <source>The list of models is up to date</source>
        <translation>La lista de modelos está al día</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atajos de teclado</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>Chat nuevo</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>Chat temporal nuevo</translation>
    </message>
    <message>
        <source>Hide chats</source>
        <translation>Ocultar los chats</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Buscar en los chats</translation>
    </message>
    <message>
        <source>Delete for good?</source>
        <translation>¿Eliminar para siempre?</translation>
    </message>
    <message>
        <source>“%1” will be gone. This cannot be undone.</source>
        <translation>«%1» desaparecerá. No se puede deshacer.</translation>
    </message>
    <message>
        <source>The selected chats will be gone (%1). This cannot be undone.</source>
        <translation>Los chats seleccionados desaparecerán (%1). No se puede deshacer.</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>¿Vaciar la papelera?</translation>
    </message>
    <message>
        <source>All deleted chats will be gone. This cannot be undone.</source>
        <translation>Todos los chats eliminados desaparecerán. No se puede deshacer.</translation>
    </message>
    <message>
        <source>No chat contains “%1”.</source>
        <translation>Ningún chat contiene «%1».</translation>
    </message>
    <message>
        <source>The archive is empty</source>
        <translation>El archivo está vacío</translation>
    </message>
    <message>
        <source>Archive in the menu of a chat puts it here.</source>
        <translation>«Archivar», en el menú de un chat, lo pone aquí.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>La papelera está vacía</translation>
    </message>
    <message>
        <source>No chats yet</source>
        <translation>Aún no hay chats</translation>
    </message>
    <message>
        <source>Write a message, and the chat will wait here for you.</source>
        <translation>Escribe un mensaje y el chat te esperará aquí.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Eliminar para siempre</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>No se ha encontrado nada</translation>
    </message>
</context>
<context>
    <name>SpeedLimit</name>
    <message>
        <source>Speed limit</source>
        <translation>Límite de velocidad</translation>
    </message>
    <message>
        <source>No speed limit</source>
        <translation>Sin límite de velocidad</translation>
    </message>
    <message>
        <source>At most %1</source>
        <translation>%1 como máximo</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Models and storage</source>
        <translation>Modelos y almacenamiento</translation>
    </message>
    <message>
        <source>Where your models are</source>
        <translation>Dónde están tus modelos</translation>
    </message>
    <message>
        <source>Are they whole?</source>
        <translation>¿Están completos?</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papelera</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Límites</translation>
    </message>
</context>
<context>
    <name>StorageSession</name>
    <message>
        <source>Your models have moved</source>
        <translation>Tus modelos se han movido</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Descarga detenida</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Comprobando</translation>
    </message>
    <message>
        <source>Exactly as it should be</source>
        <translation>Exactamente como debe ser</translation>
    </message>
    <message>
        <source>Looks whole. Nobody has told what its content must be.</source>
        <translation>Parece completo. Nadie ha indicado cuál debe ser su contenido.</translation>
    </message>
    <message>
        <source>%1 are free again.</source>
        <translation>Vuelve a haber %1 libres.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>La papelera está vacía</translation>
    </message>
    <message>
        <source>Your models are moving. Downloads go on afterwards.</source>
        <translation>Tus modelos se están moviendo. Las descargas continúan después.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>1 model</source>
        <translation>1 modelo</translation>
    </message>
    <message>
        <source>%1 models</source>
        <translation>%1 modelos</translation>
    </message>
    <message>
        <source>%1, %2. %3 are free on this disk.</source>
        <translation>%1, %2. Hay %3 libres en este disco.</translation>
    </message>
    <message>
        <source>This folder cannot be reached. Connect its disk and start NemoDesk again, or choose another folder.</source>
        <translation>No se puede acceder a esta carpeta. Conecta su disco y vuelve a iniciar NemoDesk, o elige otra carpeta.</translation>
    </message>
    <message>
        <source>removed %1 days ago</source>
        <translation>quitado hace %1 días</translation>
    </message>
    <message>
        <source>removed today</source>
        <translation>quitado hoy</translation>
    </message>
    <message>
        <source>removed yesterday</source>
        <translation>quitado ayer</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table</source>
        <translation>Tabla</translation>
    </message>
</context>
<context>
    <name>TemporaryLine</name>
    <message>
        <source>Temporary chat: nothing of it is kept. It is gone when you close NemoDesk.</source>
        <translation>Chat temporal: no se guarda nada de él. Desaparece al cerrar NemoDesk.</translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>Thinking</source>
        <translation>Razonamiento</translation>
    </message>
</context>
<context>
    <name>TitleCard</name>
    <message>
        <source>Rename the chat</source>
        <translation>Cambiar el nombre del chat</translation>
    </message>
    <message>
        <source>Chat title</source>
        <translation>Título del chat</translation>
    </message>
    <message>
        <source>Save title</source>
        <translation>Guardar el título</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Messages</source>
        <translation>Mensajes</translation>
    </message>
</context>
<context>
    <name>TransferPage</name>
    <message>
        <source>Backup and transfer</source>
        <translation>Copia de seguridad y transferencia</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Hacer copia de seguridad…</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Restaurar…</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Importar un archivo…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>Importar una carpeta…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Formato</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>Página web</translation>
    </message>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>JSON lines</source>
        <translation>Líneas JSON</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Copia de seguridad</translation>
    </message>
    <message>
        <source>One file with your chats, your settings and the list of your models. Restore it here, or on another computer. The model files are not in it: they can be downloaded again.</source>
        <translation>Un archivo con tus chats, tus ajustes y la lista de tus modelos. Restáuralo aquí o en otro equipo. No incluye los archivos de los modelos: se pueden volver a descargar.</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>Importar chats</translation>
    </message>
    <message>
        <source>Takes in what ChatGPT, Open WebUI, LM Studio and NemoDesk export: a file, an archive as you downloaded it, or a folder. Chats that are here already are not taken in twice.</source>
        <translation>Admite lo que exportan ChatGPT, Open WebUI, LM Studio y NemoDesk: un archivo, un archivo comprimido tal como lo descargaste o una carpeta. Los chats que ya están aquí no se añaden dos veces.</translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation>Exportar chats</translation>
    </message>
    <message>
        <source>All chats in one file: a web page or Markdown to read, JSON to keep everything, JSON lines for programs that train models. A single chat is exported from its menu in the list.</source>
        <translation>Todos los chats en un archivo: una página web o Markdown para leer, JSON para conservarlo todo, líneas JSON para programas que entrenan modelos. Un solo chat se exporta desde su menú en la lista.</translation>
    </message>
</context>
<context>
    <name>TrashCard</name>
    <message>
        <source>Empty trash…</source>
        <translation>Vaciar la papelera…</translation>
    </message>
    <message>
        <source>Removed models</source>
        <translation>Modelos quitados</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>La papelera está vacía.</translation>
    </message>
    <message>
        <source>Removed models stay here for %1 days. They take room until then.</source>
        <translation>Los modelos quitados permanecen aquí %1 días. Hasta entonces ocupan espacio.</translation>
    </message>
    <message>
        <source>Removed models stay here for a day. They take room until then.</source>
        <translation>Los modelos quitados permanecen aquí un día. Hasta entonces ocupan espacio.</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>¿Vaciar la papelera?</translation>
    </message>
    <message>
        <source>%1 will be deleted for good. This cannot be undone.</source>
        <translation>Eliminación definitiva: %1. No se puede deshacer.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Eliminar para siempre</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
</context>
<context>
    <name>TroubleSession</name>
    <message>
        <source>NemoDesk made a mistake</source>
        <translation>NemoDesk ha cometido un error</translation>
    </message>
    <message>
        <source>Nothing that was stored is lost. Copy the report and send it to us, if you like.</source>
        <translation>No se ha perdido nada de lo guardado. Copia el informe y envíanoslo, si quieres.</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Copiar el informe</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Descartar</translation>
    </message>
</context>
<context>
    <name>VaultSession</name>
    <message>
        <source>Your chats are being encrypted</source>
        <translation>Se están cifrando tus chats</translation>
    </message>
    <message>
        <source>The key is in this computer&apos;s keyring.</source>
        <translation>La clave está en el llavero de este equipo.</translation>
    </message>
    <message>
        <source>NemoDesk asks for the password at each start.</source>
        <translation>NemoDesk pide la contraseña en cada inicio.</translation>
    </message>
    <message>
        <source>No keyring keeps the key here: NemoDesk asks for the recovery key at each start.</source>
        <translation>Aquí ningún llavero guarda la clave: NemoDesk pide la clave de recuperación en cada inicio.</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>Tus chats están cifrados</translation>
    </message>
    <message>
        <source>Your chats are being made readable</source>
        <translation>Se están descifrando tus chats</translation>
    </message>
    <message>
        <source>Your chats are not encrypted any more</source>
        <translation>Tus chats ya no están cifrados</translation>
    </message>
    <message>
        <source>The recovery key and the password are not needed any more.</source>
        <translation>La clave de recuperación y la contraseña ya no son necesarias.</translation>
    </message>
    <message>
        <source>Everything is read and compared before it counts.</source>
        <translation>Todo se lee y se compara antes de darlo por válido.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>Where to keep the recovery key</source>
        <translation>Dónde guardar la clave de recuperación</translation>
    </message>
    <message>
        <source>NemoDesk recovery key.txt</source>
        <translation>Clave de recuperación de NemoDesk.txt</translation>
    </message>
    <message>
        <source>The recovery key of your chats in NemoDesk. Whoever has it can read them.</source>
        <translation>La clave de recuperación de tus chats en NemoDesk. Quien la tenga puede leerlos.</translation>
    </message>
    <message>
        <source>Your chats are not encrypted</source>
        <translation>Tus chats no están cifrados</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can read your chats. Encrypted, they open only with a key that you have.</source>
        <translation>Quien pueda leer los archivos de este equipo puede leer tus chats. Cifrados, solo se abren con una clave que tienes tú.</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file. Its key is in this computer&apos;s keyring, which opens when you log in.</source>
        <translation>Los chats, los archivos adjuntos y los borradores son un único archivo cifrado. Su clave está en el llavero de este equipo, que se abre al iniciar sesión.</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file, which your password opens. While NemoDesk runs, the key is in the computer&apos;s memory.</source>
        <translation>Los chats, los archivos adjuntos y los borradores son un único archivo cifrado, que se abre con tu contraseña. Mientras NemoDesk está en marcha, la clave está en la memoria del equipo.</translation>
    </message>
    <message>
        <source>A password opens your chats</source>
        <translation>Una contraseña abre tus chats</translation>
    </message>
    <message>
        <source>Without it, or the recovery key, nobody can read them.</source>
        <translation>Sin ella, o sin la clave de recuperación, nadie puede leerlos.</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password</source>
        <translation>NemoDesk pide una contraseña</translation>
    </message>
    <message>
        <source>It is a door only: your chats are not encrypted, and whoever can read the files of this computer can read them.</source>
        <translation>Es solo una puerta: tus chats no están cifrados, y quien pueda leer los archivos de este equipo puede leerlos.</translation>
    </message>
    <message>
        <source>NemoDesk opens without asking.</source>
        <translation>NemoDesk se abre sin preguntar.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep what a password is checked with. Encrypt your chats to have a password.</source>
        <translation>Este equipo no tiene un llavero que pueda guardar aquello con lo que se comprueba una contraseña. Cifra tus chats para tener una contraseña.</translation>
    </message>
    <message>
        <source>There is no password</source>
        <translation>No hay contraseña</translation>
    </message>
    <message>
        <source>%1 is set in the environment and decides this.</source>
        <translation>%1 está definida en el entorno y decide esto.</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments, encrypted</source>
        <translation>Tus chats con borradores y archivos adjuntos, cifrados</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments</source>
        <translation>Tus chats con borradores y archivos adjuntos</translation>
    </message>
    <message>
        <source>Copies of chats from before a change, and damaged files</source>
        <translation>Copias de los chats anteriores a un cambio, y archivos dañados</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelos</translation>
    </message>
    <message>
        <source>What can be made again: speeds, and what the hub said</source>
        <translation>Lo que se puede volver a obtener: velocidades y lo que dijo el hub</translation>
    </message>
    <message>
        <source>Logs: what happened, never what was said</source>
        <translation>Registros: lo que pasó, nunca lo que se dijo</translation>
    </message>
    <message>
        <source>Settings, keys and passwords</source>
        <translation>Ajustes, claves y contraseñas</translation>
    </message>
    <message>
        <source>The keyring of this computer</source>
        <translation>El llavero de este equipo</translation>
    </message>
    <message>
        <source>Settings; keys are forgotten when NemoDesk ends</source>
        <translation>Ajustes; las claves se olvidan al cerrar NemoDesk</translation>
    </message>
</context>
<context>
    <name>ViewHead</name>
    <message>
        <source>Back to the chats</source>
        <translation>Volver a los chats</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Chats that you want to keep, but not to see every day.</source>
        <translation>Chats que quieres conservar, pero no ver todos los días.</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papelera</translation>
    </message>
    <message>
        <source>Deleted chats can be restored. They are erased after %1 days.</source>
        <translation>Los chats eliminados se pueden restaurar. Se borran después de %1 días.</translation>
    </message>
    <message>
        <source>Deleted chats can be restored until the trash is emptied.</source>
        <translation>Los chats eliminados se pueden restaurar hasta que se vacíe la papelera.</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>What is on your mind?</source>
        <translation>¿En qué estás pensando?</translation>
    </message>
    <message>
        <source>It all stays on this computer, and works without the internet.</source>
        <translation>Todo se queda en este equipo y funciona sin Internet.</translation>
    </message>
    <message>
        <source>Explain something in simple words</source>
        <translation>Explicar algo con palabras sencillas</translation>
    </message>
    <message>
        <source>Explain in simple words why the sky is blue.</source>
        <translation>Explica con palabras sencillas por qué el cielo es azul.</translation>
    </message>
    <message>
        <source>Write a friendly message</source>
        <translation>Escribir un mensaje amable</translation>
    </message>
    <message>
        <source>Write a short, friendly message to thank a neighbour for their help.</source>
        <translation>Escribe un mensaje breve y amable para dar las gracias a un vecino por su ayuda.</translation>
    </message>
    <message>
        <source>Make a plan</source>
        <translation>Hacer un plan</translation>
    </message>
    <message>
        <source>Make a simple plan for a quiet weekend at home.</source>
        <translation>Haz un plan sencillo para un fin de semana tranquilo en casa.</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation>Bienvenida</translation>
    </message>
    <message>
        <source>A private assistant that runs on this computer. After the download it works without the internet.</source>
        <translation>Un asistente privado que funciona en este equipo. Después de la descarga funciona sin Internet.</translation>
    </message>
    <message>
        <source>Download and start</source>
        <translation>Descargar y empezar</translation>
    </message>
    <message>
        <source>Choose another model</source>
        <translation>Elegir otro modelo</translation>
    </message>
    <message>
        <source>Use the starter model</source>
        <translation>Usar el modelo inicial</translation>
    </message>
    <message>
        <source>Your computer is being looked at…</source>
        <translation>Se está examinando tu equipo…</translation>
    </message>
    <message>
        <source>Best for it</source>
        <translation>El mejor para él</translation>
    </message>
    <message>
        <source>Your computer is being looked at</source>
        <translation>Se está examinando tu equipo</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Runs great</source>
        <translation>Funciona muy bien</translation>
    </message>
    <message>
        <source>Runs, but slowly</source>
        <translation>Funciona, pero despacio</translation>
    </message>
    <message>
        <source>Too big for this computer</source>
        <translation>Demasiado grande para este equipo</translation>
    </message>
    <message>
        <source>less than 1 word a second</source>
        <translation>menos de 1 palabra por segundo</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>cerca de 1 palabra por segundo</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>quedan unos segundos</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>queda menos de un minuto</translation>
    </message>
    <message>
        <source>about 1 hour left</source>
        <translation>queda alrededor de 1 hora</translation>
    </message>
    <message>
        <source>about %1 hours left</source>
        <translation>quedan unas %1 horas</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>unas %1 palabras por segundo</translation>
    </message>
    <message>
        <source>1 minute left</source>
        <translation>queda 1 minuto</translation>
    </message>
    <message>
        <source>%1 minutes left</source>
        <translation>quedan %1 minutos</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>%1 por segundo</translation>
    </message>
</context>
<context>
    <name>WorkCard</name>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>_Actions</name>
    <message>
        <source>Save or change presets</source>
        <translation>Guardar o cambiar preajustes</translation>
    </message>
</context>
<context>
    <name>_Choices</name>
    <message>
        <source>Speed limit</source>
        <translation>Límite de velocidad</translation>
    </message>
</context>
<context>
    <name>_FilesCard</name>
    <message>
        <source>What is kept, and where</source>
        <translation>Qué se guarda y dónde</translation>
    </message>
</context>
<context>
    <name>_TrashLine</name>
    <message>
        <source>Restore</source>
        <translation>Restaurar</translation>
    </message>
</context>
</TS>
