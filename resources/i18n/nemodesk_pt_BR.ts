<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="pt_BR" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>About</source>
        <translation>Sobre</translation>
    </message>
    <message>
        <source>Free software under the Apache licence, version 2.0.</source>
        <translation>Software livre sob a licença Apache, versão 2.0.</translation>
    </message>
    <message>
        <source>Version {0}.</source>
        <translation>Versão {0}.</translation>
    </message>
    <message>
        <source>Built with</source>
        <translation>Feito com</translation>
    </message>
    <message>
        <source>Your chats stay on this computer. Nothing you write is sent anywhere.</source>
        <translation>Seus chats ficam neste computador. Nada do que você escreve é enviado para lugar nenhum.</translation>
    </message>
    <message>
        <source>NemoDesk counts nothing and reports nothing about you.</source>
        <translation>O NemoDesk não conta nem relata nada sobre você.</translation>
    </message>
    <message>
        <source>It connects to the internet only when you ask it to.</source>
        <translation>Ele só se conecta à internet quando você pede.</translation>
    </message>
    <message>
        <source>Licences of the libraries</source>
        <translation>Licenças das bibliotecas</translation>
    </message>
</context>
<context>
    <name>ActionBar</name>
    <message>
        <source>Previous version</source>
        <translation>Versão anterior</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} de {1}</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Próxima versão</translation>
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
        <translation>Gerar de novo</translation>
    </message>
    <message>
        <source>Continue in a new chat from here</source>
        <translation>Continuar em um novo chat a partir daqui</translation>
    </message>
</context>
<context>
    <name>Advisor</name>
    <message>
        <source>no graphics card</source>
        <translation>nenhuma placa de vídeo</translation>
    </message>
    <message>
        <source>Your computer: %1, %2 of memory, %3.</source>
        <translation>Seu computador: %1, %2 de memória, %3.</translation>
    </message>
    <message>
        <source>%1 (shares the memory)</source>
        <translation>%1 (compartilha a memória)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>an unknown processor</source>
        <translation>um processador desconhecido</translation>
    </message>
    <message>
        <source>%1, which NemoDesk cannot use yet</source>
        <translation>%1, que o NemoDesk ainda não consegue usar</translation>
    </message>
</context>
<context>
    <name>AlertBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Dispensar</translation>
    </message>
</context>
<context>
    <name>AnswerSession</name>
    <message>
        <source>Counts from your next message. The model is loaded anew for it.</source>
        <translation>Vale a partir da sua próxima mensagem. O modelo é carregado de novo para isso.</translation>
    </message>
    <message>
        <source>Choices count from your next message.</source>
        <translation>As escolhas valem a partir da sua próxima mensagem.</translation>
    </message>
    <message>
        <source>%1 tokens hold about %2 words and take %3 of memory.</source>
        <translation>%1 tokens comportam cerca de %2 palavras e ocupam %3 de memória.</translation>
    </message>
    <message>
        <source>Up to %1 fit this computer now.</source>
        <translation>Até %1 cabem neste computador agora.</translation>
    </message>
    <message>
        <source>Choose less, or the model cannot be loaded.</source>
        <translation>Escolha menos, ou o modelo não poderá ser carregado.</translation>
    </message>
    <message>
        <source>Your choices were replaced</source>
        <translation>Suas escolhas foram substituídas</translation>
    </message>
    <message>
        <source>They were not saved as a preset.</source>
        <translation>Elas não estavam salvas como predefinição.</translation>
    </message>
    <message>
        <source>Take them back</source>
        <translation>Recuperar</translation>
    </message>
</context>
<context>
    <name>AttachmentBar</name>
    <message>
        <source>Attached files</source>
        <translation>Arquivos anexados</translation>
    </message>
    <message>
        <source>%1 is attached.</source>
        <translation>%1 está em anexo.</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Put the text into the message</source>
        <translation>Colocar o texto na mensagem</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>Remover %1</translation>
    </message>
</context>
<context>
    <name>AttachmentSession</name>
    <message>
        <source>Pasted text</source>
        <translation>Texto colado</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Imagem colada</translation>
    </message>
</context>
<context>
    <name>AttachmentViewer</name>
    <message>
        <source>Save as</source>
        <translation>Salvar como</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Reading…</source>
        <translation>Lendo…</translation>
    </message>
    <message>
        <source>%1: %2 without text, which the model cannot read.</source>
        <translation>%1: %2 sem texto, que o modelo não consegue ler.</translation>
    </message>
    <message>
        <source>Reading… %1 of %2</source>
        <translation>Lendo… %1 de %2</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 página</translation>
    </message>
    <message>
        <source>1 word</source>
        <translation>1 palavra</translation>
    </message>
    <message>
        <source>This model cannot see pictures: it is told the name only.</source>
        <translation>Este modelo não consegue ver imagens: ele recebe só o nome.</translation>
    </message>
    <message>
        <source>%1 pages</source>
        <translation>%1 páginas</translation>
    </message>
    <message>
        <source>%1 words</source>
        <translation>%1 palavras</translation>
    </message>
</context>
<context>
    <name>BackupSheet</name>
    <message>
        <source>Back up everything</source>
        <translation>Fazer backup de tudo</translation>
    </message>
    <message>
        <source>A passphrase seals the backup: nobody can open it without, and nobody can bring a lost one back. Without a passphrase, whoever has the file can read your chats.</source>
        <translation>Uma frase secreta protege o backup: sem ela, ninguém consegue abri-lo, e ninguém consegue recuperá-la se for perdida. Sem frase secreta, quem tiver o arquivo pode ler seus chats.</translation>
    </message>
    <message>
        <source>Choose a place…</source>
        <translation>Escolher um lugar…</translation>
    </message>
    <message>
        <source>Passphrase, if you like</source>
        <translation>Frase secreta, se quiser</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>A mesma, mais uma vez</translation>
    </message>
    <message>
        <source>Also keep keys in it</source>
        <translation>Incluir também as chaves</translation>
    </message>
    <message>
        <source>Such as the key for Hugging Face. Only with a passphrase.</source>
        <translation>Como a chave do Hugging Face. Só com uma frase secreta.</translation>
    </message>
    <message>
        <source>A passphrase needs %1 characters at least.</source>
        <translation>A frase secreta precisa de pelo menos %1 caracteres.</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>As duas não são iguais.</translation>
    </message>
</context>
<context>
    <name>Button</name>
    <message>
        <source>Shown now</source>
        <translation>Exibido agora</translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>Show more</source>
        <translation>Mostrar mais</translation>
    </message>
</context>
<context>
    <name>ChatCommands</name>
    <message>
        <source>Rename</source>
        <translation>Renomear</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
    </message>
    <message>
        <source>Delete the folder, keep its chats</source>
        <translation>Excluir a pasta e manter os chats</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>Devolver aos chats</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Fixar</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Desafixar</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>Mover para pasta</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Arquivar</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Nova pasta…</translation>
    </message>
    <message>
        <source>Out of the folder</source>
        <translation>Tirar da pasta</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>Chat title</source>
        <translation>Título do chat</translation>
    </message>
    <message>
        <source>Folder name</source>
        <translation>Nome da pasta</translation>
    </message>
</context>
<context>
    <name>ChatGroups</name>
    <message>
        <source>Temporary</source>
        <translation>Temporário</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Fixados</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoje</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Ontem</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>7 dias anteriores</translation>
    </message>
</context>
<context>
    <name>ChatItems</name>
    <message>
        <source>New chat</source>
        <translation>Novo chat</translation>
    </message>
    <message>
        <source>Folder %1, folded</source>
        <translation>Pasta %1, recolhida</translation>
    </message>
    <message>
        <source>Folder %1</source>
        <translation>Pasta %1</translation>
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
        <translation>Pasta</translation>
    </message>
</context>
<context>
    <name>ChatListSession</name>
    <message>
        <source>New folder</source>
        <translation>Nova pasta</translation>
    </message>
    <message>
        <source>“%1” is in the archive.</source>
        <translation>“%1” foi arquivado.</translation>
    </message>
    <message>
        <source>The chats are in the archive (%1).</source>
        <translation>Os chats foram arquivados (%1).</translation>
    </message>
    <message>
        <source>“%1” was deleted.</source>
        <translation>“%1” foi excluído.</translation>
    </message>
    <message>
        <source>The chats were deleted (%1).</source>
        <translation>Os chats foram excluídos (%1).</translation>
    </message>
    <message>
        <source>The folder “%1” was deleted. Its chats are still here.</source>
        <translation>A pasta “%1” foi excluída. Os chats dela continuam aqui.</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Novo chat</translation>
    </message>
</context>
<context>
    <name>ChatRoom</name>
    <message>
        <source>Drop the files here to attach them</source>
        <translation>Solte os arquivos aqui para anexá-los</translation>
    </message>
    <message>
        <source>Chat menu</source>
        <translation>Menu do chat</translation>
    </message>
    <message>
        <source>Show chats</source>
        <translation>Mostrar chats</translation>
    </message>
    <message>
        <source>Temporary chat</source>
        <translation>Chat temporário</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Novo chat</translation>
    </message>
</context>
<context>
    <name>ChatSession</name>
    <message>
        <source>Loading the model… %1</source>
        <translation>Carregando o modelo… %1</translation>
    </message>
    <message>
        <source>Reading… %1 of %2 tokens</source>
        <translation>Lendo… %1 de %2 tokens</translation>
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
        <translation>Com que liberdade as palavras são escolhidas. Com 0, sempre vem a mais provável; com mais, o texto varia mais.</translation>
    </message>
    <message>
        <source>Top P</source>
        <translation>Top P</translation>
    </message>
    <message>
        <source>Keeps the likeliest words that together make up this share. 1 keeps all.</source>
        <translation>Mantém as palavras mais prováveis que juntas somam esta parcela. Com 1, mantém todas.</translation>
    </message>
    <message>
        <source>Min P</source>
        <translation>Min P</translation>
    </message>
    <message>
        <source>Leaves out words that are far less likely than the likeliest. 0 keeps all.</source>
        <translation>Deixa de fora as palavras muito menos prováveis que a mais provável. Com 0, mantém todas.</translation>
    </message>
    <message>
        <source>Top K</source>
        <translation>Top K</translation>
    </message>
    <message>
        <source>Keeps this many of the likeliest words. 0 keeps all.</source>
        <translation>Mantém esta quantidade das palavras mais prováveis. Com 0, mantém todas.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Semente</translation>
    </message>
    <message>
        <source>The same seed and the same question give the same answer again.</source>
        <translation>A mesma semente e a mesma pergunta dão de novo a mesma resposta.</translation>
    </message>
    <message>
        <source>Maximum new tokens</source>
        <translation>Máximo de tokens novos</translation>
    </message>
    <message>
        <source>How long an answer may get. 100 tokens are about 75 words. Empty: the model ends by itself.</source>
        <translation>O tamanho que uma resposta pode ter. 100 tokens são cerca de 75 palavras. Vazio: o modelo termina por conta própria.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Sem limite</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>Tamanho do contexto</translation>
    </message>
    <message>
        <source>How much of the chat the model can hold, in tokens. Empty: NemoDesk chooses what this computer holds with ease.</source>
        <translation>Quanto do chat o modelo consegue guardar, em tokens. Vazio: o NemoDesk escolhe o que este computador comporta com folga.</translation>
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
        <translation>Configurações do chat</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>Exibido agora</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>Chat settings</source>
        <translation>Configurações do chat</translation>
    </message>
    <message>
        <source>Close the chat settings</source>
        <translation>Fechar as configurações do chat</translation>
    </message>
    <message>
        <source>What these choices are for</source>
        <translation>Para que valem estas escolhas</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>Este chat</translation>
    </message>
    <message>
        <source>Every chat with this model</source>
        <translation>Todos os chats com este modelo</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Redefinir tudo</translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation>Como as palavras são escolhidas</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Tamanho</translation>
    </message>
    <message>
        <source>How the model is spoken to</source>
        <translation>Como se fala com o modelo</translation>
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
        <translation>Parar</translation>
    </message>
    <message>
        <source>Verifying your models</source>
        <translation>Verificando seus modelos</translation>
    </message>
    <message>
        <source>Verified models</source>
        <translation>Modelos verificados</translation>
    </message>
    <message>
        <source>Reads every model file whole and compares it with what it must be. Large models take some minutes.</source>
        <translation>Lê cada arquivo de modelo por inteiro e o compara com o que ele deve ser. Modelos grandes levam alguns minutos.</translation>
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
        <translation>Copiar código</translation>
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
        <translation>Anexar arquivo</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Enviar</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Parar</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensagem</translation>
    </message>
    <message>
        <source>Choose a model to begin</source>
        <translation>Escolha um modelo para começar</translation>
    </message>
    <message>
        <source>A file is still being read.</source>
        <translation>Um arquivo ainda está sendo lido.</translation>
    </message>
</context>
<context>
    <name>ConnectionsPage</name>
    <message>
        <source>Connections</source>
        <translation>Conexões</translation>
    </message>
    <message>
        <source>What is contacted</source>
        <translation>O que é contatado</translation>
    </message>
    <message>
        <source>The hub</source>
        <translation>O hub</translation>
    </message>
    <message>
        <source>Your key</source>
        <translation>Sua chave</translation>
    </message>
    <message>
        <source>NemoDesk connects to %1 and to the servers that it names for its files, and only when you search for models, look at their details, or download one. To nothing else, and never with your chats.</source>
        <translation>O NemoDesk se conecta a %1 e aos servidores que ele indica para os arquivos, e somente quando você procura modelos, vê os detalhes deles ou baixa um. A nada mais, e nunca com seus chats.</translation>
    </message>
</context>
<context>
    <name>ContextBar</name>
    <message>
        <source>Summarise the beginning</source>
        <translation>Resumir o começo</translation>
    </message>
    <message>
        <source>Use a longer context</source>
        <translation>Usar um contexto maior</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Novo chat</translation>
    </message>
    <message>
        <source>Stop the summary</source>
        <translation>Parar o resumo</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Dispensar</translation>
    </message>
    <message>
        <source>%1 thousand in place of %2. The model is loaded anew for it.</source>
        <translation>%1 mil em vez de %2. O modelo é carregado de novo para isso.</translation>
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
        <translation>cerca de %1 de %2 mil</translation>
    </message>
    <message>
        <source>How much of what the model can read at once is taken, in thousands of pieces of words. Press for details.</source>
        <translation>Quanto está ocupado do que o modelo consegue ler de uma vez, em milhares de pedaços de palavras. Pressione para ver os detalhes.</translation>
    </message>
</context>
<context>
    <name>ContextSession</name>
    <message>
        <source>This chat is getting too long for the model. With your next message it will no longer read the beginning; a line in the chat will mark where.</source>
        <translation>Este chat está ficando longo demais para o modelo. Com a sua próxima mensagem, ele deixará de ler o começo; uma linha no chat marcará o ponto.</translation>
    </message>
    <message>
        <source>Your message is too long for the model: it has %1 pieces of words (tokens), and there is room for %2. Shorten it, or let the model use a longer context.</source>
        <translation>Sua mensagem é longa demais para o modelo: ela tem %1 pedaços de palavras (tokens), e há espaço para %2. Encurte-a, ou deixe o modelo usar um contexto maior.</translation>
    </message>
    <message>
        <source>To go on, the model no longer reads the beginning of this chat.</source>
        <translation>Para continuar, o modelo deixa de ler o começo deste chat.</translation>
    </message>
    <message>
        <source>Loading the model… %1</source>
        <translation>Carregando o modelo… %1</translation>
    </message>
    <message>
        <source>The model is reading the chat… %1</source>
        <translation>O modelo está lendo o chat… %1</translation>
    </message>
    <message>
        <source>The model is writing a summary of the beginning. Your messages stay.</source>
        <translation>O modelo está escrevendo um resumo do começo. Suas mensagens continuam aqui.</translation>
    </message>
    <message>
        <source>Summary of the earlier chat</source>
        <translation>Resumo da parte anterior do chat</translation>
    </message>
</context>
<context>
    <name>ContextSheet</name>
    <message>
        <source>What the model reads</source>
        <translation>O que o modelo lê</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>These are estimates until the model is loaded.</source>
        <translation>Estas são estimativas até o modelo ser carregado.</translation>
    </message>
    <message>
        <source>With each message the model reads the chat anew. It can hold %1 pieces of words (tokens) at once, about %2 words of English.</source>
        <translation>A cada mensagem, o modelo lê o chat de novo. Ele consegue guardar %1 pedaços de palavras (tokens) de uma vez, cerca de %2 palavras em inglês.</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>Instruções</translation>
    </message>
    <message>
        <source>Summary of the beginning</source>
        <translation>Resumo do começo</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Anexos</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>Sua mensagem</translation>
    </message>
    <message>
        <source>Answer so far</source>
        <translation>Resposta até agora</translation>
    </message>
    <message>
        <source>Kept free for the answer</source>
        <translation>Espaço livre para a resposta</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>The choices are being looked up</source>
        <translation>As opções estão sendo consultadas</translation>
    </message>
    <message>
        <source>Choices of %1</source>
        <translation>Opções de %1</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>Opção</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamanho</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memória</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Velocidade</translation>
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
        <translation>Retomar</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Mover para cima</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Mover para baixo</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation>Remover da lista</translation>
    </message>
</context>
<context>
    <name>DownloadSession</name>
    <message>
        <source>%1 waits for the network</source>
        <translation>%1 está esperando a rede</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>Uma nova tentativa é feita automaticamente.</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>Mostrar o download</translation>
    </message>
    <message>
        <source>%1 was not downloaded</source>
        <translation>%1 não foi baixado</translation>
    </message>
    <message>
        <source>%1 is here</source>
        <translation>%1 chegou</translation>
    </message>
    <message>
        <source>It was checked and can be used now, also in the chat that is open.</source>
        <translation>Ele foi verificado e já pode ser usado, também no chat que está aberto.</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>Waits for the network</source>
        <translation>Esperando a rede</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Esperando</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Em pausa</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Em verificação</translation>
    </message>
    <message>
        <source>Here, and checked</source>
        <translation>Baixado e verificado</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Interrompido</translation>
    </message>
</context>
<context>
    <name>DownloadsRoom</name>
    <message>
        <source>Downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <source>No downloads</source>
        <translation>Nenhum download</translation>
    </message>
    <message>
        <source>Models that you download are listed here while they arrive.</source>
        <translation>Os modelos que você baixa aparecem aqui enquanto chegam.</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>Encontrar um modelo</translation>
    </message>
    <message>
        <source>They go on after a break, and are checked when they arrive.</source>
        <translation>Eles continuam depois de uma interrupção e são verificados quando chegam.</translation>
    </message>
</context>
<context>
    <name>EncryptSheet</name>
    <message>
        <source>Write down your recovery key</source>
        <translation>Anote sua chave de recuperação</translation>
    </message>
    <message>
        <source>It opens your chats when the keyring or the password is lost. Without it they are lost then, and nobody can help. Keep it on paper, or on another device.</source>
        <translation>Ela abre seus chats quando o chaveiro ou a senha se perdem. Sem ela, os chats ficam perdidos, e ninguém pode ajudar. Guarde-a em papel ou em outro dispositivo.</translation>
    </message>
    <message>
        <source>Encrypt my chats</source>
        <translation>Criptografar meus chats</translation>
    </message>
    <message>
        <source>Type two of its groups, so that it is right on your note:</source>
        <translation>Digite dois dos grupos dela, para ter certeza de que a anotação está certa:</translation>
    </message>
    <message>
        <source>Group %1</source>
        <translation>Grupo %1</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Senha</translation>
    </message>
    <message>
        <source>Password (may stay empty)</source>
        <translation>Senha (pode ficar vazia)</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key, so a password has to open your chats at each start.</source>
        <translation>Este computador não tem um chaveiro que possa guardar a chave; por isso, uma senha precisa abrir seus chats a cada início.</translation>
    </message>
    <message>
        <source>Without a password your chats open by themselves while you are logged in to this computer. With one, NemoDesk asks for it at each start.</source>
        <translation>Sem senha, seus chats se abrem sozinhos enquanto você estiver com a sessão iniciada neste computador. Com senha, o NemoDesk a pede a cada início.</translation>
    </message>
    <message>
        <source>Group %1 is not right. Compare it with what stands above.</source>
        <translation>O grupo %1 não está certo. Compare-o com o que está acima.</translation>
    </message>
</context>
<context>
    <name>EncryptionCard</name>
    <message>
        <source>Encrypt my chats…</source>
        <translation>Criptografar meus chats…</translation>
    </message>
    <message>
        <source>Turn encryption off…</source>
        <translation>Desativar a criptografia…</translation>
    </message>
    <message>
        <source>Show the recovery key</source>
        <translation>Mostrar a chave de recuperação</translation>
    </message>
    <message>
        <source>Encrypting your chats</source>
        <translation>Criptografando seus chats</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Turn encryption off?</source>
        <translation>Desativar a criptografia?</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can then read your chats. The recovery key and the password are not needed any more.</source>
        <translation>Quem puder ler os arquivos deste computador poderá então ler seus chats. A chave de recuperação e a senha deixam de ser necessárias.</translation>
    </message>
    <message>
        <source>Turn encryption off</source>
        <translation>Desativar a criptografia</translation>
    </message>
</context>
<context>
    <name>EraseSheet</name>
    <message>
        <source>Erase everything?</source>
        <translation>Apagar tudo?</translation>
    </message>
    <message>
        <source>All chats, attachments and their copies, all settings, keys and passwords, and the logs are erased for good, and NemoDesk closes. The models stay. Solid-state disks may keep old blocks for a while.</source>
        <translation>Todos os chats, os anexos e as cópias deles, todas as configurações, chaves e senhas, e os registros são apagados para sempre, e o NemoDesk se fecha. Os modelos ficam. Discos de estado sólido podem guardar blocos antigos por algum tempo.</translation>
    </message>
    <message>
        <source>Erase everything</source>
        <translation>Apagar tudo</translation>
    </message>
    <message>
        <source>ERASE</source>
        <translation>APAGAR</translation>
    </message>
    <message>
        <source>Type %1 to go on</source>
        <translation>Digite %1 para continuar</translation>
    </message>
    <message>
        <source>Type the word %1 first.</source>
        <translation>Digite primeiro a palavra %1.</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>That does not work here</source>
        <translation>Isso não funciona aqui</translation>
    </message>
    <message>
        <source>This is not there any more</source>
        <translation>Isto não existe mais</translation>
    </message>
    <message>
        <source>Not enough memory</source>
        <translation>Memória insuficiente</translation>
    </message>
    <message>
        <source>The chat is too long</source>
        <translation>O chat é longo demais</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>Sem conexão</translation>
    </message>
    <message>
        <source>This model cannot be used</source>
        <translation>Este modelo não pode ser usado</translation>
    </message>
    <message>
        <source>This file cannot be read</source>
        <translation>Este arquivo não pode ser lido</translation>
    </message>
    <message>
        <source>The engine had a problem</source>
        <translation>O mecanismo teve um problema</translation>
    </message>
    <message>
        <source>Storing did not work</source>
        <translation>Não foi possível salvar</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Interrompido</translation>
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
        <translation>Já estavam aqui: %1.</translation>
    </message>
    <message>
        <source>Left out: %1.</source>
        <translation>Deixados de fora: %1.</translation>
    </message>
    <message>
        <source>It was stopped before the end.</source>
        <translation>A operação foi interrompida antes do fim.</translation>
    </message>
    <message>
        <source>And %1 more.</source>
        <translation>E mais %1.</translation>
    </message>
    <message>
        <source>%1 (%2) is not on this computer. Find it in Models.</source>
        <translation>%1 (%2) não está neste computador. Procure-o em Modelos.</translation>
    </message>
    <message>
        <source>Made on %1 by %2.</source>
        <translation>Feito em %1 por %2.</translation>
    </message>
    <message>
        <source>Chats: %1. Messages: %2. Settings: %3. Keys: %4. Models in the list: %5.</source>
        <translation>Chats: %1. Mensagens: %2. Configurações: %3. Chaves: %4. Modelos na lista: %5.</translation>
    </message>
    <message>
        <source>Everything becomes as it was in the backup. Other chats go into the trash, and other settings get their defaults.</source>
        <translation>Tudo volta a ser como era no backup. Os outros chats vão para a lixeira, e as outras configurações voltam ao padrão.</translation>
    </message>
    <message>
        <source>What is here is backed up first.</source>
        <translation>Antes disso, é feito um backup do que está aqui.</translation>
    </message>
</context>
<context>
    <name>ExchangeSession</name>
    <message>
        <source>Chats of NemoDesk</source>
        <translation>Chats do NemoDesk</translation>
    </message>
    <message>
        <source>Export as .html, .md, .json or .jsonl</source>
        <translation>Exportar como .html, .md, .json ou .jsonl</translation>
    </message>
    <message>
        <source>Where to keep your chats</source>
        <translation>Onde guardar seus chats</translation>
    </message>
    <message>
        <source>Your chats are being exported</source>
        <translation>Seus chats estão sendo exportados</translation>
    </message>
    <message>
        <source>1 chat is in this file:</source>
        <translation>Há 1 chat neste arquivo:</translation>
    </message>
    <message>
        <source>%1 chats:</source>
        <translation>%1 chats:</translation>
    </message>
    <message>
        <source>Exported</source>
        <translation>Exportado</translation>
    </message>
    <message>
        <source>Chats to import</source>
        <translation>Chats a importar</translation>
    </message>
    <message>
        <source>Chats (*.json *.jsonl *.zip *.nemodesk);;All files (*)</source>
        <translation>Chats (*.json *.jsonl *.zip *.nemodesk);;Todos os arquivos (*)</translation>
    </message>
    <message>
        <source>Chats are being imported</source>
        <translation>Os chats estão sendo importados</translation>
    </message>
    <message>
        <source>Where to keep the backup</source>
        <translation>Onde guardar o backup</translation>
    </message>
    <message>
        <source>Everything is being backed up</source>
        <translation>O backup de tudo está sendo feito</translation>
    </message>
    <message>
        <source>The backup is made.</source>
        <translation>O backup está pronto.</translation>
    </message>
    <message>
        <source>Backups of NemoDesk (*.nemodesk);;All files (*)</source>
        <translation>Backups do NemoDesk (*.nemodesk);;Todos os arquivos (*)</translation>
    </message>
    <message>
        <source>The backup to restore</source>
        <translation>O backup a restaurar</translation>
    </message>
    <message>
        <source>The backup is being read</source>
        <translation>O backup está sendo lido</translation>
    </message>
    <message>
        <source>The backup is being restored</source>
        <translation>O backup está sendo restaurado</translation>
    </message>
    <message>
        <source>What was here before is kept in %1.</source>
        <translation>O que havia aqui antes está guardado em %1.</translation>
    </message>
    <message>
        <source>Something else is still being done. Wait until it has ended.</source>
        <translation>Outra operação ainda está em andamento. Espere até que ela termine.</translation>
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
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>Remover %1</translation>
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
        <translation>Redefinir: %1</translation>
    </message>
</context>
<context>
    <name>Fields</name>
    <message>
        <source>System prompt</source>
        <translation>Prompt do sistema</translation>
    </message>
    <message>
        <source>Nothing. For example: Answer briefly.</source>
        <translation>Nada. Por exemplo: Responda de forma breve.</translation>
    </message>
    <message>
        <source>What the model is told before your first message: who it is to be, how it is to write.</source>
        <translation>O que o modelo recebe antes da sua primeira mensagem: quem ele deve ser e como deve escrever.</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Raciocínio</translation>
    </message>
    <message>
        <source>As the model likes</source>
        <translation>Como o modelo preferir</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>Pensar antes</translation>
    </message>
    <message>
        <source>Answer at once</source>
        <translation>Responder logo</translation>
    </message>
    <message>
        <source>Thinking makes hard answers better, and every answer slower.</source>
        <translation>O raciocínio melhora as respostas difíceis e deixa todas as respostas mais lentas.</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>Template de chat</translation>
    </message>
    <message>
        <source>How messages are put together for the model, in Jinja. Emptied, it is the model&apos;s own again.</source>
        <translation>Como as mensagens são montadas para o modelo, em Jinja. Se ficar vazio, volta a valer o original do modelo.</translation>
    </message>
    <message>
        <source>Your choice for every chat with this model.</source>
        <translation>Sua escolha para todos os chats com este modelo.</translation>
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
        <translation>Este não é o original do modelo.</translation>
    </message>
    <message>
        <source>This is the model&apos;s own.</source>
        <translation>Este é o original do modelo.</translation>
    </message>
</context>
<context>
    <name>FileDialog</name>
    <message>
        <source>Open a model file</source>
        <translation>Abrir um arquivo de modelo</translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation>Arquivos de modelo (*.gguf)</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Anexar arquivos</translation>
    </message>
</context>
<context>
    <name>FirstRunSession</name>
    <message>
        <source>No model of the catalog fits this computer well. The starter model does, and you can open a model file of your own in Models.</source>
        <translation>Nenhum modelo do catálogo é adequado a este computador. O modelo inicial é, e você pode abrir um arquivo de modelo seu em Modelos.</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 para baixar</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>precisa de %1 de memória</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Until it is here the starter model answers. Your chats stay.</source>
        <translation>Até ele chegar, o modelo inicial responde. Seus chats ficam.</translation>
    </message>
    <message>
        <source>You can chat as soon as it is here.</source>
        <translation>Você pode conversar assim que ele chegar.</translation>
    </message>
    <message>
        <source>%1 is on its way</source>
        <translation>%1 está a caminho</translation>
    </message>
    <message>
        <source>Show the download</source>
        <translation>Mostrar o download</translation>
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
        <translation>Movendo seus modelos</translation>
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
        <translation>Arquivados</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Lixeira</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Restaurar</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>Excluir para sempre…</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>Esvaziar a lixeira…</translation>
    </message>
    <message>
        <source>Move back to the chats</source>
        <translation>Devolver aos chats</translation>
    </message>
</context>
<context>
    <name>FoundBar</name>
    <message>
        <source>Use them</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Agora não</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>General</source>
        <translation>Geral</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aparência</translation>
    </message>
    <message>
        <source>High contrast puts clear edges on everything.</source>
        <translation>O alto contraste dá contornos nítidos a tudo.</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>The right model</source>
        <translation>O modelo certo</translation>
    </message>
    <message>
        <source>The welcome page looks at this computer and names the best model for it.</source>
        <translation>A página de boas-vindas examina este computador e indica o melhor modelo para ele.</translation>
    </message>
    <message>
        <source>Show the welcome page again</source>
        <translation>Mostrar a página de boas-vindas de novo</translation>
    </message>
    <message>
        <source>Where your settings are</source>
        <translation>Onde ficam suas configurações</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>Seguir o sistema</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Escuro</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Alto contraste</translation>
    </message>
</context>
<context>
    <name>HubPart</name>
    <message>
        <source>Try again</source>
        <translation>Tentar de novo</translation>
    </message>
    <message>
        <source>Hugging Face is being asked</source>
        <translation>Consultando o Hugging Face</translation>
    </message>
    <message>
        <source>Search Hugging Face for “{0}”</source>
        <translation>Procurar “{0}” no Hugging Face</translation>
    </message>
    <message>
        <source>“{0}” at Hugging Face</source>
        <translation>“{0}” no Hugging Face</translation>
    </message>
    <message>
        <source>Nothing is called so there. Try fewer or other words.</source>
        <translation>Nada tem esse nome lá. Tente menos palavras ou outras.</translation>
    </message>
</context>
<context>
    <name>HubSession</name>
    <message>
        <source>There is no model file in it that NemoDesk can load.</source>
        <translation>Não há nele nenhum arquivo de modelo que o NemoDesk consiga carregar.</translation>
    </message>
</context>
<context>
    <name>JumpButton</name>
    <message>
        <source>Jump to the end</source>
        <translation>Ir para o fim</translation>
    </message>
</context>
<context>
    <name>KeyCard</name>
    <message>
        <source>Some models are given only to people who have accepted their licence at Hugging Face. A key (“access token”) of your account there opens them. “Read” is enough.</source>
        <translation>Alguns modelos só são dados a quem aceitou a licença deles no Hugging Face. Uma chave (“access token”) da sua conta lá dá acesso a eles. “Read” basta.</translation>
    </message>
    <message>
        <source>Add a key…</source>
        <translation>Adicionar uma chave…</translation>
    </message>
    <message>
        <source>Replace the key…</source>
        <translation>Substituir a chave…</translation>
    </message>
    <message>
        <source>Remove the key…</source>
        <translation>Remover a chave…</translation>
    </message>
    <message>
        <source>A key is kept.</source>
        <translation>Há uma chave guardada.</translation>
    </message>
    <message>
        <source>There is no key.</source>
        <translation>Não há chave.</translation>
    </message>
    <message>
        <source>Remove the key?</source>
        <translation>Remover a chave?</translation>
    </message>
    <message>
        <source>Models that need it cannot be downloaded then. The key itself stays valid.</source>
        <translation>Sem ela, os modelos que a exigem não podem ser baixados. A chave em si continua válida.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Manter</translation>
    </message>
</context>
<context>
    <name>KeyGroups</name>
    <message>
        <source>Recovery key</source>
        <translation>Chave de recuperação</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Salvar…</translation>
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
        <translation>A chave do Hugging Face</translation>
    </message>
    <message>
        <source>Keep the key</source>
        <translation>Guardar a chave</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Copy it from your account&apos;s page “Access Tokens” at Hugging Face.</source>
        <translation>Copie-a da página “Access Tokens” da sua conta no Hugging Face.</translation>
    </message>
    <message>
        <source>This is no key: it has spaces or other signs in it.</source>
        <translation>Isto não é uma chave: há espaços ou outros sinais nela.</translation>
    </message>
    <message>
        <source>Your recovery key</source>
        <translation>Sua chave de recuperação</translation>
    </message>
    <message>
        <source>Whoever has it can read your chats. Keep it on paper, or on another device.</source>
        <translation>Quem a tiver pode ler seus chats. Guarde-a em papel ou em outro dispositivo.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Pronto</translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Password</source>
        <translation>Senha</translation>
    </message>
    <message>
        <source>Recovery key</source>
        <translation>Chave de recuperação</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Desbloquear</translation>
    </message>
    <message>
        <source>Begin with empty chats…</source>
        <translation>Começar com chats vazios…</translation>
    </message>
    <message>
        <source>Begin with empty chats?</source>
        <translation>Começar com chats vazios?</translation>
    </message>
    <message>
        <source>Without password and recovery key nobody can read your chats, not even you. Their file is kept beside the new one, in case the recovery key turns up.</source>
        <translation>Sem a senha e a chave de recuperação, ninguém consegue ler seus chats, nem você. O arquivo deles fica guardado ao lado do novo, caso a chave de recuperação apareça.</translation>
    </message>
    <message>
        <source>Begin with empty chats</source>
        <translation>Começar com chats vazios</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Use the password</source>
        <translation>Usar a senha</translation>
    </message>
    <message>
        <source>Use the recovery key</source>
        <translation>Usar a chave de recuperação</translation>
    </message>
    <message>
        <source>Ask the keyring again</source>
        <translation>Consultar o chaveiro de novo</translation>
    </message>
    <message>
        <source>Try again in %1 s.</source>
        <translation>Tente de novo em %1 s.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Procurando…</translation>
    </message>
</context>
<context>
    <name>LockSession</name>
    <message>
        <source>The keyring does not give the key.</source>
        <translation>O chaveiro não fornece a chave.</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>Seus chats estão criptografados</translation>
    </message>
    <message>
        <source>The keyring of this computer does not give their key. Unlock the keyring, or type the recovery key that you wrote down.</source>
        <translation>O chaveiro deste computador não fornece a chave deles. Desbloqueie o chaveiro ou digite a chave de recuperação que você anotou.</translation>
    </message>
    <message>
        <source>Forgotten? Your chats are not encrypted, so this is a door only: “nemodesk settings reset lock.enabled” in a terminal opens it.</source>
        <translation>Esqueceu? Seus chats não estão criptografados, então isto é só uma porta: “nemodesk settings reset lock.enabled” em um terminal a abre.</translation>
    </message>
    <message>
        <source>NemoDesk is locked</source>
        <translation>O NemoDesk está bloqueado</translation>
    </message>
    <message>
        <source>Type your password to see your chats.</source>
        <translation>Digite sua senha para ver seus chats.</translation>
    </message>
    <message>
        <source>This password is not the right one.</source>
        <translation>Esta senha não é a certa.</translation>
    </message>
    <message>
        <source>You begin with empty chats</source>
        <translation>Você começa com chats vazios</translation>
    </message>
    <message>
        <source>The encrypted ones are kept as %1.</source>
        <translation>Os criptografados ficam guardados como %1.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Drop the model here to add it</source>
        <translation>Solte o modelo aqui para adicioná-lo</translation>
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
        <translation>Downloads</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Configurações</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Novo chat</translation>
    </message>
    <message>
        <source>New chat of which nothing is kept</source>
        <translation>Novo chat do qual nada é guardado</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Buscar nos chats</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Escrever uma mensagem</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Enviar a mensagem</translation>
    </message>
    <message>
        <source>Begin a new line</source>
        <translation>Começar uma nova linha</translation>
    </message>
    <message>
        <source>Edit your last message, when nothing is written</source>
        <translation>Editar sua última mensagem, quando nada está escrito</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Parar a resposta</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>Parar a resposta ou fechar o que está aberto</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Escolher um modelo</translation>
    </message>
    <message>
        <source>Attach files to the message</source>
        <translation>Anexar arquivos à mensagem</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>Mostrar ou ocultar os chats</translation>
    </message>
    <message>
        <source>Chat settings</source>
        <translation>Configurações do chat</translation>
    </message>
    <message>
        <source>Rename the chat, in the list</source>
        <translation>Renomear o chat, na lista</translation>
    </message>
    <message>
        <source>Lock NemoDesk, when there is a password</source>
        <translation>Bloquear o NemoDesk, quando há uma senha</translation>
    </message>
    <message>
        <source>Show these keys</source>
        <translation>Mostrar estas teclas</translation>
    </message>
    <message>
        <source>Close NemoDesk</source>
        <translation>Fechar o NemoDesk</translation>
    </message>
</context>
<context>
    <name>MarkLine</name>
    <message>
        <source>Show the summary</source>
        <translation>Mostrar o resumo</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Resumo</translation>
    </message>
    <message>
        <source>The model is writing a summary of what is above.</source>
        <translation>O modelo está escrevendo um resumo do que está acima.</translation>
    </message>
    <message>
        <source>The model reads a summary of what is above.</source>
        <translation>O modelo lê um resumo do que está acima.</translation>
    </message>
    <message>
        <source>Of what is above this line, the model reads nothing any more but the summary.</source>
        <translation>Do que está acima desta linha, o modelo já não lê nada além do resumo.</translation>
    </message>
    <message>
        <source>The model no longer reads what is above this line.</source>
        <translation>O modelo já não lê o que está acima desta linha.</translation>
    </message>
    <message>
        <source>Hide the summary</source>
        <translation>Ocultar o resumo</translation>
    </message>
</context>
<context>
    <name>MessageColumn</name>
    <message>
        <source>Transcript</source>
        <translation>Conversa</translation>
    </message>
</context>
<context>
    <name>MessageEdit</name>
    <message>
        <source>Message</source>
        <translation>Mensagem</translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Edited message</source>
        <translation>Mensagem editada</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Enviar de novo</translation>
    </message>
</context>
<context>
    <name>MessageView</name>
    <message>
        <source>You</source>
        <translation>Você</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>Assistente</translation>
    </message>
    <message>
        <source>You stopped this answer.</source>
        <translation>Você parou esta resposta.</translation>
    </message>
    <message>
        <source>This answer was interrupted. Continue goes on from here.</source>
        <translation>Esta resposta foi interrompida. “Continuar” segue a partir daqui.</translation>
    </message>
    <message>
        <source>This answer reached its length limit. Continue goes on from here.</source>
        <translation>Esta resposta atingiu seu limite de tamanho. “Continuar” segue a partir daqui.</translation>
    </message>
    <message>
        <source>This answer could not be finished.</source>
        <translation>Não foi possível terminar esta resposta.</translation>
    </message>
    <message>
        <source>Regenerate</source>
        <translation>Gerar de novo</translation>
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
        <translation>Em uso</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Usar</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Baixar</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalhes</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
    <message>
        <source>Open its page at Hugging Face</source>
        <translation>Abrir a página dele no Hugging Face</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Manter</translation>
    </message>
    <message>
        <source>Remove {0} from this computer? Chats with it stay.</source>
        <translation>Remover {0} deste computador? Os chats com ele ficam.</translation>
    </message>
</context>
<context>
    <name>ModelChoices</name>
    <message>
        <source>Models on this computer</source>
        <translation>Modelos neste computador</translation>
    </message>
    <message>
        <source>Open a model file…</source>
        <translation>Abrir um arquivo de modelo…</translation>
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
        <translation>Escolher um modelo</translation>
    </message>
</context>
<context>
    <name>ModelSession</name>
    <message>
        <source>There is no model on this computer yet. Download one in Models.</source>
        <translation>Ainda não há nenhum modelo neste computador. Baixe um em Modelos.</translation>
    </message>
    <message>
        <source>%1 is loaded with your next message</source>
        <translation>%1 é carregado com a sua próxima mensagem</translation>
    </message>
    <message>
        <source>%1 runs on the graphics card (%2)</source>
        <translation>%1 roda na placa de vídeo (%2)</translation>
    </message>
    <message>
        <source>%1 runs on the processor</source>
        <translation>%1 roda no processador</translation>
    </message>
    <message>
        <source>%1, on this computer</source>
        <translation>%1, neste computador</translation>
    </message>
    <message>
        <source>%1 models were not taken in</source>
        <translation>%1 modelos não foram adicionados</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 está pronto</translation>
    </message>
    <message>
        <source>%1 models are ready</source>
        <translation>%1 modelos estão prontos</translation>
    </message>
    <message>
        <source>%1 was removed.</source>
        <translation>%1 foi removido.</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 e %2</translation>
    </message>
    <message>
        <source>1 model of %2 is already on this computer: %1.</source>
        <translation>1 modelo de %2 já está neste computador: %1.</translation>
    </message>
    <message>
        <source>%1 models of %2 are already on this computer.</source>
        <translation>%1 modelos de %2 já estão neste computador.</translation>
    </message>
</context>
<context>
    <name>ModelsRoom</name>
    <message>
        <source>Open a model file…</source>
        <translation>Abrir um arquivo de modelo…</translation>
    </message>
    <message>
        <source>Look for new models</source>
        <translation>Procurar novos modelos</translation>
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
        <translation>O que este computador consegue rodar, e com que rapidez ele escreveria.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation>Cabem neste computador</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Neste computador</translation>
    </message>
    <message>
        <source>Nothing found here</source>
        <translation>Nada encontrado aqui</translation>
    </message>
    <message>
        <source>No model on this computer or in the catalog is called “{0}”.</source>
        <translation>Nenhum modelo neste computador ou no catálogo se chama “{0}”.</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>Nada a mostrar</translation>
    </message>
    <message>
        <source>Choose “All” to see every model.</source>
        <translation>Escolha “Todos” para ver todos os modelos.</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>Ainda não há modelos</translation>
    </message>
    <message>
        <source>Open a model file, or drop one here. Model files end in .gguf.</source>
        <translation>Abra um arquivo de modelo ou solte um aqui. Arquivos de modelo terminam em .gguf.</translation>
    </message>
</context>
<context>
    <name>NameSheet</name>
    <message>
        <source>Name of the preset</source>
        <translation>Nome da predefinição</translation>
    </message>
    <message>
        <source>For example: Short answers</source>
        <translation>Por exemplo: Respostas curtas</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Salvar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>There is a preset of this name. Saving replaces it.</source>
        <translation>Já existe uma predefinição com este nome. Salvar a substitui.</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Navigation</source>
        <translation>Navegação</translation>
    </message>
    <message>
        <source>Shown now</source>
        <translation>Exibido agora</translation>
    </message>
    <message>
        <source>%1 done</source>
        <translation>%1 concluído</translation>
    </message>
</context>
<context>
    <name>NumberEdit</name>
    <message>
        <source>Write a number between %1 and %2.</source>
        <translation>Escreva um número entre %1 e %2.</translation>
    </message>
    <message>
        <source>Write a whole number between %1 and %2.</source>
        <translation>Escreva um número inteiro entre %1 e %2.</translation>
    </message>
</context>
<context>
    <name>PassphraseSheet</name>
    <message>
        <source>This backup is protected</source>
        <translation>Este backup está protegido</translation>
    </message>
    <message>
        <source>Enter the passphrase that it was made with.</source>
        <translation>Digite a frase secreta com que ele foi feito.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Frase secreta</translation>
    </message>
    <message>
        <source>Enter the passphrase first.</source>
        <translation>Digite primeiro a frase secreta.</translation>
    </message>
</context>
<context>
    <name>PasswordCard</name>
    <message>
        <source>Set a password…</source>
        <translation>Definir uma senha…</translation>
    </message>
    <message>
        <source>Change the password…</source>
        <translation>Alterar a senha…</translation>
    </message>
    <message>
        <source>Remove the password…</source>
        <translation>Remover a senha…</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Bloquear agora</translation>
    </message>
    <message>
        <source>Lock by itself</source>
        <translation>Bloquear automaticamente</translation>
    </message>
    <message>
        <source>Only at the start</source>
        <translation>Só no início</translation>
    </message>
    <message>
        <source>After %1 minutes</source>
        <translation>Depois de %1 minutos</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. It is not written down anywhere: only the recovery key helps whoever forgets it.</source>
        <translation>O NemoDesk a pede a cada início e quando foi bloqueado. Ela não fica anotada em lugar nenhum: só a chave de recuperação ajuda quem a esquecer.</translation>
    </message>
    <message>
        <source>NemoDesk asks for it at each start, and when it was locked. Without encryption it is a door only: whoever can read the files of this computer can read your chats.</source>
        <translation>O NemoDesk a pede a cada início e quando foi bloqueado. Sem criptografia, ela é só uma porta: quem puder ler os arquivos deste computador pode ler seus chats.</translation>
    </message>
    <message>
        <source>Whoever uses this computer can then open NemoDesk and read your chats.</source>
        <translation>Quem usar este computador poderá então abrir o NemoDesk e ler seus chats.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep the key: NemoDesk then asks for the recovery key at each start.</source>
        <translation>Este computador não tem um chaveiro que possa guardar a chave: o NemoDesk passará a pedir a chave de recuperação a cada início.</translation>
    </message>
    <message>
        <source>Remove the password?</source>
        <translation>Remover a senha?</translation>
    </message>
    <message>
        <source>Remove the password</source>
        <translation>Remover a senha</translation>
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
        <translation>Escolha uma senha</translation>
    </message>
    <message>
        <source>Set the password</source>
        <translation>Definir a senha</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>Nova senha</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>A mesma, mais uma vez</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>As duas não são iguais.</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>A senha precisa de pelo menos %1 letras. Quatro palavras sem relação entre si são fáceis de lembrar e difíceis de adivinhar.</translation>
    </message>
</context>
<context>
    <name>PerformancePage</name>
    <message>
        <source>Performance</source>
        <translation>Desempenho</translation>
    </message>
    <message>
        <source>NemoDesk finds out by itself what suits this computer. Change this only to try something, or to leave room for other programs.</source>
        <translation>O NemoDesk descobre sozinho o que é adequado a este computador. Mude isto só para experimentar algo ou para deixar espaço a outros programas.</translation>
    </message>
    <message>
        <source>What computes</source>
        <translation>O que faz os cálculos</translation>
    </message>
    <message>
        <source>What a chat takes of the memory</source>
        <translation>O que um chat ocupa da memória</translation>
    </message>
</context>
<context>
    <name>PreferencesSession</name>
    <message>
        <source>The variable %1 of your system wins over it.</source>
        <translation>A variável %1 do seu sistema tem prioridade sobre isto.</translation>
    </message>
    <message>
        <source>Automatic is %1 on this computer.</source>
        <translation>O automático neste computador é %1.</translation>
    </message>
    <message>
        <source>This edition of NemoDesk computes on the processor alone.</source>
        <translation>Esta edição do NemoDesk faz os cálculos só no processador.</translation>
    </message>
    <message>
        <source>In the keyring of this computer, which your login protects.</source>
        <translation>No chaveiro deste computador, que o seu login protege.</translation>
    </message>
    <message>
        <source>NemoDesk is portable here: settings are in the file %1, and keys are forgotten when it is closed.</source>
        <translation>O NemoDesk é portátil aqui: as configurações ficam no arquivo %1, e as chaves são esquecidas quando ele é fechado.</translation>
    </message>
    <message>
        <source>The keyring of this computer cannot be used now. Settings are in the file %1 meanwhile, and keys are forgotten when NemoDesk is closed.</source>
        <translation>O chaveiro deste computador não pode ser usado agora. Enquanto isso, as configurações ficam no arquivo %1, e as chaves são esquecidas quando o NemoDesk é fechado.</translation>
    </message>
    <message>
        <source>It is in the keyring of this computer, and is never shown.</source>
        <translation>Ela está no chaveiro deste computador e nunca é exibida.</translation>
    </message>
    <message>
        <source>It is forgotten when NemoDesk is closed: the keyring cannot be used now.</source>
        <translation>Ela é esquecida quando o NemoDesk é fechado: o chaveiro não pode ser usado agora.</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Preset</source>
        <translation>Predefinição</translation>
    </message>
    <message>
        <source>Save or change presets</source>
        <translation>Salvar ou alterar predefinições</translation>
    </message>
    <message>
        <source>Choices under a name</source>
        <translation>Escolhas com um nome</translation>
    </message>
    <message>
        <source>No preset</source>
        <translation>Nenhuma predefinição</translation>
    </message>
    <message>
        <source>%1, changed</source>
        <translation>%1, alterada</translation>
    </message>
    <message>
        <source>Your own choices</source>
        <translation>Suas próprias escolhas</translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation>Salvar como predefinição…</translation>
    </message>
    <message>
        <source>Save the changes in “%1”</source>
        <translation>Salvar as alterações em “%1”</translation>
    </message>
    <message>
        <source>Rename “%1”…</source>
        <translation>Renomear “%1”…</translation>
    </message>
    <message>
        <source>Delete “%1”…</source>
        <translation>Excluir “%1”…</translation>
    </message>
    <message>
        <source>Save as a preset</source>
        <translation>Salvar como predefinição</translation>
    </message>
    <message>
        <source>Rename the preset</source>
        <translation>Renomear a predefinição</translation>
    </message>
    <message>
        <source>Delete the preset “%1”?</source>
        <translation>Excluir a predefinição “%1”?</translation>
    </message>
    <message>
        <source>Chats that use it keep its values.</source>
        <translation>Os chats que a usam mantêm os valores dela.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Excluir</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Manter</translation>
    </message>
</context>
<context>
    <name>PreviewSheet</name>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Salvar como…</translation>
    </message>
    <message>
        <source>Only the beginning is shown here. The model gets all that fits.</source>
        <translation>Só o começo é mostrado aqui. O modelo recebe tudo o que couber.</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>Texto do arquivo</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagem</translation>
    </message>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>Esta imagem não pode ser exibida.</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy and security</source>
        <translation>Privacidade e segurança</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>Trabalhar offline</translation>
    </message>
    <message>
        <source>NemoDesk then makes no connection at all: no search for models, no download.</source>
        <translation>O NemoDesk então não faz nenhuma conexão: nem busca de modelos, nem downloads.</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>Apagar tudo…</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>Criptografia</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Senha</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Conexões</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>O que fica guardado, e onde</translation>
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
        <translation>Baixar</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Remover</translation>
    </message>
</context>
<context>
    <name>RestoreSheet</name>
    <message>
        <source>Restore this backup?</source>
        <translation>Restaurar este backup?</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Restaurar</translation>
    </message>
    <message>
        <source>The chats that are here</source>
        <translation>Os chats que estão aqui</translation>
    </message>
    <message>
        <source>Keep them too</source>
        <translation>Manter também</translation>
    </message>
    <message>
        <source>Put them into the trash</source>
        <translation>Mover para a lixeira</translation>
    </message>
    <message>
        <source>Chats that are not here are added, and the settings of the backup count.</source>
        <translation>Os chats que não estão aqui são acrescentados, e valem as configurações do backup.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>Limpar a busca</translation>
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
        <translation>%1 Você quis dizer %2?</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2 meanwhile; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 Enquanto isso, as configurações ficam em %2; as chaves e senhas são esquecidas quando o NemoDesk é encerrado.</translation>
    </message>
    <message>
        <source>%1 Settings are kept in %2; keys and passwords are forgotten when NemoDesk ends.</source>
        <translation>%1 As configurações ficam em %2; as chaves e senhas são esquecidas quando o NemoDesk é encerrado.</translation>
    </message>
    <message>
        <source>%1 Trying again in %2 s.</source>
        <translation>%1 Nova tentativa em %2 s.</translation>
    </message>
    <message>
        <source>%1 What it held counts for nothing.</source>
        <translation>%1 O que havia ali não é levado em conta.</translation>
    </message>
    <message>
        <source>%1 belongs to %2, which would miss it. Use it where it is, or copy it.</source>
        <translation>%1 pertence a %2, que sentiria falta dele. Use-o onde está ou copie-o.</translation>
    </message>
    <message>
        <source>%1 came with NemoDesk, and goes with it.</source>
        <translation>%1 veio com o NemoDesk e só sai junto com ele.</translation>
    </message>
    <message>
        <source>%1 cannot be reached. Check the network, and HF_ENDPOINT and HTTPS_PROXY if you have set them, and try again.</source>
        <translation>Não é possível acessar %1. Verifique a rede, e HF_ENDPOINT e HTTPS_PROXY se você os definiu, e tente de novo.</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that it is still there and that you may read it.</source>
        <translation>Não é possível ler %1 (%2). Verifique se ainda está lá e se você tem permissão de leitura.</translation>
    </message>
    <message>
        <source>%1 cannot be read (%2). Check that you may read it.</source>
        <translation>Não é possível ler %1 (%2). Verifique se você tem permissão de leitura.</translation>
    </message>
    <message>
        <source>%1 cannot be read. Give a file that you may read.</source>
        <translation>Não é possível ler %1. Indique um arquivo que você tenha permissão de ler.</translation>
    </message>
    <message>
        <source>%1 cannot be written (%2). Choose another place.</source>
        <translation>Não é possível gravar %1 (%2). Escolha outro lugar.</translation>
    </message>
    <message>
        <source>%1 cannot search. Give the full name of a model instead, as in OWNER/NAME.</source>
        <translation>%1 não oferece busca. Indique o nome completo de um modelo, no formato OWNER/NAME.</translation>
    </message>
    <message>
        <source>%1 could not be loaded: the file is damaged or made for another version of the engine. Download it again, or update NemoDesk.</source>
        <translation>Não foi possível carregar %1: o arquivo está danificado ou foi feito para outra versão do mecanismo. Baixe-o de novo ou atualize o NemoDesk.</translation>
    </message>
    <message>
        <source>%1 could not be read: a part of NemoDesk did not start. Try it again, or install NemoDesk again.</source>
        <translation>Não foi possível ler %1: uma parte do NemoDesk não iniciou. Tente de novo ou reinstale o NemoDesk.</translation>
    </message>
    <message>
        <source>%1 does not accept the key in HF_TOKEN. Make a new one at %2, or remove HF_TOKEN.</source>
        <translation>%1 não aceita a chave em HF_TOKEN. Crie uma nova em %2 ou remova HF_TOKEN.</translation>
    </message>
    <message>
        <source>%1 does not answer as a hub does. Try again later, or check HF_ENDPOINT if you have set it.</source>
        <translation>%1 não responde como um hub. Tente de novo mais tarde, ou verifique HF_ENDPOINT se você o definiu.</translation>
    </message>
    <message>
        <source>%1 does not answer in time. Check the network and try again.</source>
        <translation>%1 não responde a tempo. Verifique a rede e tente de novo.</translation>
    </message>
    <message>
        <source>%1 does not give access (status %2). Check HF_TOKEN if you have set it, or choose another model.</source>
        <translation>%1 não dá acesso (status %2). Verifique HF_TOKEN se você o definiu, ou escolha outro modelo.</translation>
    </message>
    <message>
        <source>%1 does not hold a key of the hub. Copy the key again, as one word, or remove it.</source>
        <translation>%1 não contém uma chave do hub. Copie a chave de novo, como uma só palavra, ou remova-a.</translation>
    </message>
    <message>
        <source>%1 does not hold the address of a proxy. Write it as http://HOST:PORT, or remove it.</source>
        <translation>%1 não contém o endereço de um proxy. Escreva-o como http://HOST:PORT ou remova-o.</translation>
    </message>
    <message>
        <source>%1 graphics cards with %2 together</source>
        <translation>%1 placas de vídeo com %2 ao todo</translation>
    </message>
    <message>
        <source>%1 has a problem of its own (status %2). Try again in some minutes.</source>
        <translation>%1 está com um problema próprio (status %2). Tente de novo em alguns minutos.</translation>
    </message>
    <message>
        <source>%1 has had too many questions from here. Try again %2.</source>
        <translation>%1 recebeu consultas demais daqui. Tente de novo %2.</translation>
    </message>
    <message>
        <source>%1 has no GGUF model. Search for “%2 GGUF” instead.</source>
        <translation>%1 não tem um modelo GGUF. Procure “%2 GGUF”.</translation>
    </message>
    <message>
        <source>%1 has no “%2”. Choose one of these: %3.</source>
        <translation>%1 não tem “%2”. Escolha entre estas opções: %3.</translation>
    </message>
    <message>
        <source>%1 holds more than %2 files. Choose the folder with the chats alone.</source>
        <translation>%1 contém mais de %2 arquivos. Escolha a pasta que tem só os chats.</translation>
    </message>
    <message>
        <source>%1 holds more than 8 million characters, which no model here can read. Give the part of it that matters.</source>
        <translation>%1 contém mais de 8 milhões de caracteres, o que nenhum modelo aqui consegue ler. Envie a parte que importa.</translation>
    </message>
    <message>
        <source>%1 holds no text: its pages are pictures. Let a program for text recognition (OCR) add the text, and give that.</source>
        <translation>%1 não contém texto: as páginas são imagens. Use um programa de reconhecimento de texto (OCR) para acrescentar o texto e envie o resultado.</translation>
    </message>
    <message>
        <source>%1 in %2-bit</source>
        <translation>%1 em %2 bits</translation>
    </message>
    <message>
        <source>%1 is a file. Choose a folder.</source>
        <translation>%1 é um arquivo. Escolha uma pasta.</translation>
    </message>
    <message>
        <source>%1 is a folder. Give the files in it.</source>
        <translation>%1 é uma pasta. Envie os arquivos que estão nela.</translation>
    </message>
    <message>
        <source>%1 is a link to another file. Use it where it is, or copy it.</source>
        <translation>%1 é um link para outro arquivo. Use-o onde está ou copie-o.</translation>
    </message>
    <message>
        <source>%1 is being written at the moment. Wait until that has ended.</source>
        <translation>%1 está sendo gravado neste momento. Espere até terminar.</translation>
    </message>
    <message>
        <source>%1 is damaged and cannot be read. Save it again, or give another file.</source>
        <translation>%1 está danificado e não pode ser lido. Salve-o de novo ou envie outro arquivo.</translation>
    </message>
    <message>
        <source>%1 is damaged: its content is not what %2 must be by its name. Get the file again from where it came.</source>
        <translation>%1 está danificado: o conteúdo não é o que %2 deve ser pelo nome. Obtenha o arquivo de novo de onde ele veio.</translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <translation>%1 não contém nada.</translation>
    </message>
    <message>
        <source>%1 is in use, and Windows does not let go of it. Close the chats and programs that use it, then remove it.</source>
        <translation>%1 está em uso, e o Windows não o libera. Feche os chats e programas que o usam e depois remova-o.</translation>
    </message>
    <message>
        <source>%1 is in your library now, but %2 could not be removed. Remove it yourself.</source>
        <translation>%1 agora está na sua biblioteca, mas não foi possível remover %2. Faça isso você mesmo.</translation>
    </message>
    <message>
        <source>%1 is kept in %2. Remove the file there if you no longer want the model.</source>
        <translation>%1 fica guardado em %2. Remova o arquivo de lá se não quiser mais o modelo.</translation>
    </message>
    <message>
        <source>%1 is not a LoRA adapter for this model. Choose an adapter in GGUF format that was made for it.</source>
        <translation>%1 não é um adaptador LoRA para este modelo. Escolha um adaptador no formato GGUF feito para ele.</translation>
    </message>
    <message>
        <source>%1 is not a text file, a PDF, a document or a picture that can be read. Save it as plain text or as a PDF and give that.</source>
        <translation>%1 não é um arquivo de texto, um PDF, um documento ou uma imagem que possa ser lida. Salve como texto simples ou PDF e envie esse arquivo.</translation>
    </message>
    <message>
        <source>%1 is not empty. Choose a new or an empty folder for your models.</source>
        <translation>%1 não está vazia. Escolha uma pasta nova ou vazia para seus modelos.</translation>
    </message>
    <message>
        <source>%1 is not in the trash any more. Download it again.</source>
        <translation>%1 não está mais na lixeira. Baixe-o de novo.</translation>
    </message>
    <message>
        <source>%1 is protected by a password. Save it without one and give that.</source>
        <translation>%1 está protegido por senha. Salve-o sem senha e envie esse arquivo.</translation>
    </message>
    <message>
        <source>%1 is too large: a text file may have 8 MB, another file 64 MB. Give the part of it that matters.</source>
        <translation>%1 é grande demais: um arquivo de texto pode ter 8 MB; outros arquivos, 64 MB. Envie a parte que importa.</translation>
    </message>
    <message>
        <source>%1 layers of this model do not fit on the graphics card. Choose fewer, or -1 for as many as fit.</source>
        <translation>%1 camadas deste modelo não cabem na placa de vídeo. Escolha menos, ou -1 para tantas quantas couberem.</translation>
    </message>
    <message>
        <source>%1 lies inside the models folder itself. Choose a folder outside %2.</source>
        <translation>%1 fica dentro da própria pasta de modelos. Escolha uma pasta fora de %2.</translation>
    </message>
    <message>
        <source>%1 may not be read or changed, or another program uses it. Check the permissions, or close that program.</source>
        <translation>%1 não pode ser lido ou alterado, ou outro programa o está usando. Verifique as permissões ou feche esse programa.</translation>
    </message>
    <message>
        <source>%1 no longer has the file %2. Search for the model again and choose another file.</source>
        <translation>%1 não tem mais o arquivo %2. Procure o modelo de novo e escolha outro arquivo.</translation>
    </message>
    <message>
        <source>%1 takes %2.</source>
        <translation>%1 ocupa %2.</translation>
    </message>
    <message>
        <source>%1 was written while the models were moved. Pause the downloads and try again; your models are still in %2.</source>
        <translation>%1 foi gravado enquanto os modelos eram movidos. Pause os downloads e tente de novo; seus modelos ainda estão em %2.</translation>
    </message>
    <message>
        <source>%1, %2 cores, %3</source>
        <translation>%1, %2 núcleos, %3</translation>
    </message>
    <message>
        <source>%1, %2 layers on the card</source>
        <translation>%1, %2 camadas na placa</translation>
    </message>
    <message>
        <source>%1: %2 fits well and writes %3.</source>
        <translation>%1: %2 cabe bem e escreve %3.</translation>
    </message>
    <message>
        <source>%1: %2 fits, and writes %3.</source>
        <translation>%1: %2 cabe e escreve %3.</translation>
    </message>
    <message>
        <source>A context of %1 tokens needs %2 of memory and this computer has %3 free. Up to %4 tokens fit: choose that or less.</source>
        <translation>Um contexto de %1 tokens precisa de %2 de memória, e este computador tem %3 livres. Cabem até %4 tokens: escolha isso ou menos.</translation>
    </message>
    <message>
        <source>A copy of %1 came out different from it. Nothing was changed: check the disk and try again.</source>
        <translation>Uma cópia de %1 saiu diferente do original. Nada foi alterado: verifique o disco e tente de novo.</translation>
    </message>
    <message>
        <source>A message of this chat has %1 tokens (pieces of words), more than the model can read to summarise it (%2). Choose a longer context.</source>
        <translation>Uma mensagem deste chat tem %1 tokens (pedaços de palavras), mais do que o modelo consegue ler para resumi-la (%2). Escolha um contexto maior.</translation>
    </message>
    <message>
        <source>A part of NemoDesk could not be started. Install NemoDesk again.</source>
        <translation>Não foi possível iniciar uma parte do NemoDesk. Reinstale o NemoDesk.</translation>
    </message>
    <message>
        <source>A password needs %1 letters at least. Four words that do not belong together are easy to remember and hard to guess.</source>
        <translation>A senha precisa de pelo menos %1 letras. Quatro palavras sem relação entre si são fáceis de lembrar e difíceis de adivinhar.</translation>
    </message>
    <message>
        <source>A recovery key has %1 letters and digits in %2 groups; these are %3. Look whether one is missing or twice.</source>
        <translation>Uma chave de recuperação tem %1 letras e dígitos em %2 grupos; aqui há %3. Veja se falta algum ou se há algum repetido.</translation>
    </message>
    <message>
        <source>A very small model that comes with NemoDesk, so that you can chat at once; its answers are simple and often wrong.</source>
        <translation>Um modelo muito pequeno que vem com o NemoDesk, para que você possa conversar logo; as respostas são simples e muitas vezes erradas.</translation>
    </message>
    <message>
        <source>After how long without use it asks again.</source>
        <translation>Depois de quanto tempo sem uso ela é pedida de novo.</translation>
    </message>
    <message>
        <source>An answer that has ended cannot be one that is being written.</source>
        <translation>Uma resposta que terminou não pode ser uma que está sendo escrita.</translation>
    </message>
    <message>
        <source>Another NemoDesk is fetching this model. This one waits for it.</source>
        <translation>Outro NemoDesk está baixando este modelo. Este espera por ele.</translation>
    </message>
    <message>
        <source>Another program is using your chats and does not let go. Close other windows of NemoDesk and try again.</source>
        <translation>Outro programa está usando seus chats e não os libera. Feche outras janelas do NemoDesk e tente de novo.</translation>
    </message>
    <message>
        <source>Choose a passphrase of %1 characters or more.</source>
        <translation>Escolha uma frase secreta de %1 caracteres ou mais.</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>Escolha outro.</translation>
    </message>
    <message>
        <source>Close other programs or choose a smaller model.</source>
        <translation>Feche outros programas ou escolha um modelo menor.</translation>
    </message>
    <message>
        <source>Each answer says how fast it was written.</source>
        <translation>Cada resposta informa com que rapidez foi escrita.</translation>
    </message>
    <message>
        <source>Get the file again from where it came, or use another model.</source>
        <translation>Obtenha o arquivo de novo de onde ele veio, ou use outro modelo.</translation>
    </message>
    <message>
        <source>Give our conversation a title of two to six words, in the language of my question. Answer with the title alone, without quotation marks.</source>
        <translation>Dê à nossa conversa um título de duas a seis palavras, no idioma da minha pergunta. Responda somente com o título, sem aspas.</translation>
    </message>
    <message>
        <source>HF_ENDPOINT does not hold the address of a hub. Write it as https://HOST, or remove it.</source>
        <translation>HF_ENDPOINT não contém o endereço de um hub. Escreva-o como https://HOST ou remova-o.</translation>
    </message>
    <message>
        <source>How exactly the chat is kept in memory; q8_0 takes half the room.</source>
        <translation>Com que precisão o chat é mantido na memória; q8_0 ocupa metade do espaço.</translation>
    </message>
    <message>
        <source>How fast all downloads together may be.</source>
        <translation>A velocidade máxima de todos os downloads juntos.</translation>
    </message>
    <message>
        <source>How long removed chats and models stay in the trash.</source>
        <translation>Por quanto tempo os chats e modelos removidos ficam na lixeira.</translation>
    </message>
    <message>
        <source>How many layers of a model the graphics card computes.</source>
        <translation>Quantas camadas de um modelo a placa de vídeo calcula.</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads compute.</source>
        <translation>Quantas threads do processador fazem os cálculos.</translation>
    </message>
    <message>
        <source>How much of a chat a model keeps in mind.</source>
        <translation>Quanto de um chat o modelo mantém em mente.</translation>
    </message>
    <message>
        <source>How the window looks; “system” follows the computer.</source>
        <translation>A aparência da janela; “sistema” segue o computador.</translation>
    </message>
    <message>
        <source>Install the edition of NemoDesk for older computers.</source>
        <translation>Instale a edição do NemoDesk para computadores mais antigos.</translation>
    </message>
    <message>
        <source>Instead of %1 a web page answered. If this network wants you to sign in, do that in a browser and try again.</source>
        <translation>Em vez de %1, quem respondeu foi uma página da web. Se esta rede exige login, faça-o em um navegador e tente de novo.</translation>
    </message>
    <message>
        <source>It holds far more values than any chat does.</source>
        <translation>Contém muito mais valores do que qualquer chat.</translation>
    </message>
    <message>
        <source>It is damaged or nested absurdly deeply.</source>
        <translation>O arquivo está danificado ou tem um aninhamento absurdamente profundo.</translation>
    </message>
    <message>
        <source>It is larger than %1.</source>
        <translation>O arquivo é maior que %1.</translation>
    </message>
    <message>
        <source>It is no chat of a kind that NemoDesk knows.</source>
        <translation>Não é um chat de um tipo que o NemoDesk conheça.</translation>
    </message>
    <message>
        <source>It needs %1 of memory and writes %2 %3.</source>
        <translation>Precisa de %1 de memória e escreve %2 %3.</translation>
    </message>
    <message>
        <source>It needs %1 of memory, and this computer has %2 to give.</source>
        <translation>Precisa de %1 de memória, e este computador tem %2 para oferecer.</translation>
    </message>
    <message>
        <source>It now keeps the chat in less memory.</source>
        <translation>Agora ele mantém o chat em menos memória.</translation>
    </message>
    <message>
        <source>It now runs on the processor alone.</source>
        <translation>Agora ele roda só no processador.</translation>
    </message>
    <message>
        <source>It now takes chats of up to about %1 words.</source>
        <translation>Agora ele comporta chats de até cerca de %1 palavras.</translation>
    </message>
    <message>
        <source>It was left out: it would unpack to an absurd size.</source>
        <translation>Foi deixado de fora: ao ser descompactado, teria um tamanho absurdo.</translation>
    </message>
    <message>
        <source>Keys are kept in a backup with a passphrase only. Choose one.</source>
        <translation>As chaves só são guardadas em um backup com frase secreta. Escolha uma.</translation>
    </message>
    <message>
        <source>Knows and understands far more, and is quick where it fits; needs about 24 GB of memory or more.</source>
        <translation>Sabe e entende muito mais, e é rápido onde cabe; precisa de cerca de 24 GB de memória ou mais.</translation>
    </message>
    <message>
        <source>Let Ollama fetch it again, or use another model.</source>
        <translation>Deixe o Ollama baixá-lo de novo, ou use outro modelo.</translation>
    </message>
    <message>
        <source>Loading was stopped.</source>
        <translation>O carregamento foi interrompido.</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password before it shows chats.</source>
        <translation>O NemoDesk pede uma senha antes de mostrar os chats.</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there, or choose another folder with NEMODESK_HOME.</source>
        <translation>O NemoDesk não consegue guardar seus arquivos em %1: %2. Libere espaço ou permita a gravação ali, ou escolha outra pasta com NEMODESK_HOME.</translation>
    </message>
    <message>
        <source>NemoDesk cannot keep its files in %1: %2. Make room or allow writing there.</source>
        <translation>O NemoDesk não consegue guardar seus arquivos em %1: %2. Libere espaço ou permita a gravação ali.</translation>
    </message>
    <message>
        <source>NemoDesk cannot use the list of your models in %1. Check the disk and the folder&apos;s permissions.</source>
        <translation>O NemoDesk não consegue usar a lista dos seus modelos em %1. Verifique o disco e as permissões da pasta.</translation>
    </message>
    <message>
        <source>NemoDesk cannot write to %1: %2. Make room or allow writing there, and try again.</source>
        <translation>O NemoDesk não consegue gravar em %1: %2. Libere espaço ou permita a gravação ali, e tente de novo.</translation>
    </message>
    <message>
        <source>NemoDesk is closing. Start it again.</source>
        <translation>O NemoDesk está se fechando. Inicie-o de novo.</translation>
    </message>
    <message>
        <source>NemoDesk is open already, perhaps on another computer, and does not answer. Close it there, then start it again.</source>
        <translation>O NemoDesk já está aberto, talvez em outro computador, e não responde. Feche-o lá e depois inicie-o de novo.</translation>
    </message>
    <message>
        <source>NemoDesk is portable here.</source>
        <translation>O NemoDesk é portátil aqui.</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all.</source>
        <translation>O NemoDesk não faz nenhuma conexão.</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1, where your chats are kept. Allow it to write there, or choose another folder.</source>
        <translation>O NemoDesk não tem permissão para gravar em %1, onde seus chats ficam guardados. Permita a gravação ali ou escolha outra pasta.</translation>
    </message>
    <message>
        <source>NemoDesk may not write to %1. Allow writing there, or choose another folder for models.</source>
        <translation>O NemoDesk não tem permissão para gravar em %1. Permita a gravação ali ou escolha outra pasta para os modelos.</translation>
    </message>
    <message>
        <source>No authority in %1 (SSL_CERT_FILE) vouches for %2. Add the one of this network, or remove SSL_CERT_FILE to trust the system&apos;s.</source>
        <translation>Nenhuma autoridade em %1 (SSL_CERT_FILE) responde por %2. Acrescente a desta rede, ou remova SSL_CERT_FILE para confiar nas do sistema.</translation>
    </message>
    <message>
        <source>No authority that this computer trusts vouches for %1. If the network inspects connections, set SSL_CERT_FILE to the file with its certificate authority.</source>
        <translation>Nenhuma autoridade em que este computador confia responde por %1. Se a rede inspeciona as conexões, defina SSL_CERT_FILE com o arquivo da autoridade certificadora dela.</translation>
    </message>
    <message>
        <source>No model is loaded. Choose a model first.</source>
        <translation>Nenhum modelo está carregado. Escolha primeiro um modelo.</translation>
    </message>
    <message>
        <source>No recovery key contains %1. Look at your note again.</source>
        <translation>Nenhuma chave de recuperação contém %1. Confira sua anotação de novo.</translation>
    </message>
    <message>
        <source>No secure connection to %1 can be made. Check HTTPS_PROXY and HF_ENDPOINT if you have set them, and try again.</source>
        <translation>Não é possível fazer uma conexão segura com %1. Verifique HTTPS_PROXY e HF_ENDPOINT se você os definiu, e tente de novo.</translation>
    </message>
    <message>
        <source>Nothing was imported from %1: none of what is in it is a chat that NemoDesk can read. It reads its own exports and those of ChatGPT, Open WebUI and LM Studio.</source>
        <translation>Nada foi importado de %1: nada do que há ali é um chat que o NemoDesk consiga ler. Ele lê as próprias exportações e as do ChatGPT, do Open WebUI e do LM Studio.</translation>
    </message>
    <message>
        <source>Offline mode is on (HF_HUB_OFFLINE), so NemoDesk connects to nobody. Switch it off to search for models or to download them.</source>
        <translation>O modo offline está ativado (HF_HUB_OFFLINE), por isso o NemoDesk não se conecta a ninguém. Desative-o para procurar ou baixar modelos.</translation>
    </message>
    <message>
        <source>Only an answer can be continued, not a question.</source>
        <translation>Só uma resposta pode ser continuada, não uma pergunta.</translation>
    </message>
    <message>
        <source>Part %1 of %2 of this model is missing: %3. Download the model again.</source>
        <translation>Falta a parte %1 de %2 deste modelo: %3. Baixe o modelo de novo.</translation>
    </message>
    <message>
        <source>Picture %1: it is attached, but you cannot see it.</source>
        <translation>Imagem %1: está anexada, mas você não pode vê-la.</translation>
    </message>
    <message>
        <source>Quick and clever for its size; runs well on most computers.</source>
        <translation>Rápido e esperto para o seu tamanho; roda bem na maioria dos computadores.</translation>
    </message>
    <message>
        <source>Reading %1 took too much time or memory, so it was stopped. Give a simpler or shorter file.</source>
        <translation>Ler %1 levou tempo ou memória demais, por isso a leitura foi interrompida. Envie um arquivo mais simples ou mais curto.</translation>
    </message>
    <message>
        <source>Remove it and download it again.</source>
        <translation>Remova-o e baixe-o de novo.</translation>
    </message>
    <message>
        <source>Run `nemodesk models list` to see which there are.</source>
        <translation>Execute `nemodesk models list` para ver quais existem.</translation>
    </message>
    <message>
        <source>Settings and keys are in this computer&apos;s keyring (%1).</source>
        <translation>As configurações e chaves estão no chaveiro deste computador (%1).</translation>
    </message>
    <message>
        <source>Settings cannot be kept: %1 cannot be written. Make room on the disk or allow writing there.</source>
        <translation>As configurações não podem ser guardadas: não é possível gravar %1. Libere espaço no disco ou permita a gravação ali.</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Interrompido. Nada foi alterado.</translation>
    </message>
    <message>
        <source>Stopped. What was done before is kept.</source>
        <translation>Interrompido. O que foi feito antes está guardado.</translation>
    </message>
    <message>
        <source>Stopped. Your chats are as they were.</source>
        <translation>Interrompido. Seus chats estão como estavam.</translation>
    </message>
    <message>
        <source>Summarise our conversation so far, so that it can go on from your summary alone. Keep names, numbers, decisions, results and open questions. Write at most 200 words, in the language of our conversation, and nothing but the summary.</source>
        <translation>Resuma a nossa conversa até agora, de modo que ela possa continuar só a partir do seu resumo. Mantenha nomes, números, decisões, resultados e perguntas em aberto. Escreva no máximo 200 palavras, no idioma da nossa conversa, e nada além do resumo.</translation>
    </message>
    <message>
        <source>That was wrong several times. Wait %1 s and try again.</source>
        <translation>Houve erro várias vezes. Espere %1 s e tente de novo.</translation>
    </message>
    <message>
        <source>The %1 must be between %2 and %3, not %4.</source>
        <translation>O valor de %1 deve ficar entre %2 e %3, não %4.</translation>
    </message>
    <message>
        <source>The account of your HF_TOKEN may not use %1 yet. Accept its licence at %2, and try again once access is granted.</source>
        <translation>A conta do seu HF_TOKEN ainda não pode usar %1. Aceite a licença em %2 e tente de novo quando o acesso for concedido.</translation>
    </message>
    <message>
        <source>The answer was stopped.</source>
        <translation>A resposta foi interrompida.</translation>
    </message>
    <message>
        <source>The archive is damaged or was not downloaded whole.</source>
        <translation>O arquivo compactado está danificado ou não foi baixado por inteiro.</translation>
    </message>
    <message>
        <source>The certificate authorities in %1 cannot be read. Check SSL_CERT_FILE, or remove it.</source>
        <translation>As autoridades certificadoras em %1 não podem ser lidas. Verifique SSL_CERT_FILE ou remova-o.</translation>
    </message>
    <message>
        <source>The certificate of %1 is not valid today. Check date and time of this computer.</source>
        <translation>O certificado de %1 não é válido hoje. Verifique a data e a hora deste computador.</translation>
    </message>
    <message>
        <source>The certificate shown belongs to another computer than %1. Check HF_ENDPOINT.</source>
        <translation>O certificado apresentado pertence a outro computador que não %1. Verifique HF_ENDPOINT.</translation>
    </message>
    <message>
        <source>The chat template has a mistake in it: %1. Reset it to the model&apos;s own.</source>
        <translation>O template de chat tem um erro: %1. Volte ao original do modelo.</translation>
    </message>
    <message>
        <source>The chats are already closed. Start NemoDesk again.</source>
        <translation>Os chats já estão fechados. Inicie o NemoDesk de novo.</translation>
    </message>
    <message>
        <source>The connection to %1 broke off. Try again.</source>
        <translation>A conexão com %1 caiu. Tente de novo.</translation>
    </message>
    <message>
        <source>The connection to the hub was interrupted.</source>
        <translation>A conexão com o hub foi interrompida.</translation>
    </message>
    <message>
        <source>The disk is full. What has come of the model is kept in %1: make room, then go on with the download.</source>
        <translation>O disco está cheio. O que já chegou do modelo está guardado em %1: libere espaço e depois continue o download.</translation>
    </message>
    <message>
        <source>The disk refuses %1: %2. Check the disk.</source>
        <translation>O disco recusa %1: %2. Verifique o disco.</translation>
    </message>
    <message>
        <source>The disk refuses to keep the model in %1. Check the disk, then go on with the download.</source>
        <translation>O disco não consegue guardar o modelo em %1. Verifique o disco e depois continue o download.</translation>
    </message>
    <message>
        <source>The disk reported a fault while your chats were being saved in %1. Check the disk and try again.</source>
        <translation>O disco informou uma falha enquanto seus chats eram salvos em %1. Verifique o disco e tente de novo.</translation>
    </message>
    <message>
        <source>The disk with %1 is full. Make room there and try again.</source>
        <translation>O disco com %1 está cheio. Libere espaço ali e tente de novo.</translation>
    </message>
    <message>
        <source>The download process belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>O processo de download pertence a outra versão do NemoDesk. Reinstale o NemoDesk.</translation>
    </message>
    <message>
        <source>The download was ended from outside. What has come is kept; go on with it.</source>
        <translation>O download foi encerrado por fora. O que já chegou está guardado; continue o download.</translation>
    </message>
    <message>
        <source>The engine belongs to another version of NemoDesk. Install NemoDesk again.</source>
        <translation>O mecanismo pertence a outra versão do NemoDesk. Reinstale o NemoDesk.</translation>
    </message>
    <message>
        <source>The engine cannot run on this processor: it lacks instructions that the engine was built with.</source>
        <translation>O mecanismo não roda neste processador: faltam nele instruções com que o mecanismo foi compilado.</translation>
    </message>
    <message>
        <source>The engine could not compute this answer. Try it again.</source>
        <translation>O mecanismo não conseguiu calcular esta resposta. Tente de novo.</translation>
    </message>
    <message>
        <source>The engine made a mistake. Try it again.</source>
        <translation>O mecanismo cometeu um erro. Tente de novo.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly.</source>
        <translation>O mecanismo parou inesperadamente.</translation>
    </message>
    <message>
        <source>The engine was ended from outside, perhaps because memory ran out.</source>
        <translation>O mecanismo foi encerrado por fora, talvez porque a memória acabou.</translation>
    </message>
    <message>
        <source>The engine was stopped.</source>
        <translation>O mecanismo foi interrompido.</translation>
    </message>
    <message>
        <source>The file %1 does not match the hub&apos;s own checksum, even after it was fetched twice. Nothing of it was kept. Try again later, or choose another file.</source>
        <translation>O arquivo %1 não corresponde à soma de verificação do próprio hub, mesmo depois de baixado duas vezes. Nada dele foi guardado. Tente de novo mais tarde ou escolha outro arquivo.</translation>
    </message>
    <message>
        <source>The file %1 has changed at the hub. It is fetched from the beginning.</source>
        <translation>O arquivo %1 mudou no hub. Ele está sendo baixado desde o começo.</translation>
    </message>
    <message>
        <source>The file %1 is gone.</source>
        <translation>O arquivo %1 não existe mais.</translation>
    </message>
    <message>
        <source>The file does not match the hub&apos;s checksum. Its bad part is fetched again.</source>
        <translation>O arquivo não corresponde à soma de verificação do hub. A parte com defeito está sendo baixada de novo.</translation>
    </message>
    <message>
        <source>The file has changed at the hub meanwhile. Search for the model again.</source>
        <translation>Enquanto isso, o arquivo mudou no hub. Procure o modelo de novo.</translation>
    </message>
    <message>
        <source>The file is damaged or ends in the middle.</source>
        <translation>O arquivo está danificado ou termina no meio.</translation>
    </message>
    <message>
        <source>The file of %1 is gone: %2. Connect its disk, or leave it out with `nemodesk models remove %3`.</source>
        <translation>O arquivo de %1 não existe mais: %2. Conecte o disco dele, ou deixe-o de fora com `nemodesk models remove %3`.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged, and it cannot be renamed. Close other windows of NemoDesk, or move %1 away, and start NemoDesk again.</source>
        <translation>O arquivo com seus chats está danificado e não pode ser renomeado. Feche outras janelas do NemoDesk, ou mova %1 para outro lugar, e inicie o NemoDesk de novo.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. It is kept as %1, and NemoDesk goes on with an empty one. Try again.</source>
        <translation>O arquivo com seus chats está danificado. Ele fica guardado como %1, e o NemoDesk continua com um vazio. Tente de novo.</translation>
    </message>
    <message>
        <source>The file with your chats is damaged. Start NemoDesk again: it then sets the damaged file aside in %1 and saves what can be read.</source>
        <translation>O arquivo com seus chats está danificado. Inicie o NemoDesk de novo: ele então separa o arquivo danificado em %1 e salva o que puder ser lido.</translation>
    </message>
    <message>
        <source>The file with your chats was damaged and is kept as %1. %2 could be saved, as far as they could be read. Try again to go on.</source>
        <translation>O arquivo com seus chats estava danificado e fica guardado como %1. Foi possível salvar %2, na medida em que puderam ser lidos. Tente de novo para continuar.</translation>
    </message>
    <message>
        <source>The folder %1 is now a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>A pasta %1 agora é um link para outro lugar, que o NemoDesk não segue. Remova o link.</translation>
    </message>
    <message>
        <source>The folder for models has vanished: %1. Connect its disk again, then go on with the download.</source>
        <translation>A pasta dos modelos sumiu: %1. Conecte o disco dela de novo e depois continue o download.</translation>
    </message>
    <message>
        <source>The grammar has a mistake in it. Mend it or leave it out.</source>
        <translation>A gramática tem um erro. Corrija-a ou deixe-a de fora.</translation>
    </message>
    <message>
        <source>The hub does not say how large %1 is, so it cannot be checked. Choose another file.</source>
        <translation>O hub não informa o tamanho de %1, por isso não é possível verificá-lo. Escolha outro arquivo.</translation>
    </message>
    <message>
        <source>The hub gives this file a name that would lie outside the folder for models, or that no disk can hold. Choose another model.</source>
        <translation>O hub dá a este arquivo um nome que ficaria fora da pasta dos modelos ou que nenhum disco aceita. Escolha outro modelo.</translation>
    </message>
    <message>
        <source>The hub has a problem of its own.</source>
        <translation>O hub está com um problema próprio.</translation>
    </message>
    <message>
        <source>The hub has had too many requests from here.</source>
        <translation>O hub recebeu solicitações demais daqui.</translation>
    </message>
    <message>
        <source>The hub keeps changing the file %1 while it is fetched. Try again later.</source>
        <translation>O hub continua mudando o arquivo %1 enquanto ele é baixado. Tente de novo mais tarde.</translation>
    </message>
    <message>
        <source>The hub sends less of the file %1 than it has. Try again later.</source>
        <translation>O hub envia menos do arquivo %1 do que ele tem. Tente de novo mais tarde.</translation>
    </message>
    <message>
        <source>The hub&apos;s answers make no sense: another program may stand between, such as the sign-in page of a wireless network. Open a web page to see, then try again.</source>
        <translation>As respostas do hub não fazem sentido: outro programa pode estar no meio, como a página de login de uma rede sem fio. Abra uma página da web para conferir e depois tente de novo.</translation>
    </message>
    <message>
        <source>The key of the encrypted chats.</source>
        <translation>A chave dos chats criptografados.</translation>
    </message>
    <message>
        <source>The key that opens gated and private repositories of the hub.</source>
        <translation>A chave que dá acesso aos repositórios restritos e privados do hub.</translation>
    </message>
    <message>
        <source>The keyring does not answer.</source>
        <translation>O chaveiro não responde.</translation>
    </message>
    <message>
        <source>The keyring is locked.</source>
        <translation>O chaveiro está bloqueado.</translation>
    </message>
    <message>
        <source>The keyring is switched off for Python programs.</source>
        <translation>O chaveiro está desativado para programas em Python.</translation>
    </message>
    <message>
        <source>The keyring refuses.</source>
        <translation>O chaveiro recusa o acesso.</translation>
    </message>
    <message>
        <source>The language of the window; “system” follows the computer.</source>
        <translation>O idioma da janela; “sistema” segue o computador.</translation>
    </message>
    <message>
        <source>The makers of %1 want you to accept its licence first. Do that at %2, then set HF_TOKEN to a key of your account.</source>
        <translation>Os criadores de %1 querem que você aceite antes a licença. Faça isso em %2 e depois defina HF_TOKEN com uma chave da sua conta.</translation>
    </message>
    <message>
        <source>The model file %1 cannot be read. Check the disk and the file&apos;s permissions.</source>
        <translation>O arquivo de modelo %1 não pode ser lido. Verifique o disco e as permissões do arquivo.</translation>
    </message>
    <message>
        <source>The model file %1 is gone.</source>
        <translation>O arquivo de modelo %1 não existe mais.</translation>
    </message>
    <message>
        <source>The model gives a new chat its title.</source>
        <translation>O modelo dá o título a um novo chat.</translation>
    </message>
    <message>
        <source>The model wrote no summary. Try it again, or go on without: the oldest messages are then left out.</source>
        <translation>O modelo não escreveu nenhum resumo. Tente de novo, ou continue sem ele: as mensagens mais antigas então ficam de fora.</translation>
    </message>
    <message>
        <source>The model&apos;s chat template cannot show this conversation: %1. Try it without the system prompt, or start a new chat.</source>
        <translation>O template de chat do modelo não consegue representar esta conversa: %1. Tente sem o prompt do sistema ou comece um novo chat.</translation>
    </message>
    <message>
        <source>The name %1 cannot be found. Check that this computer is connected to the internet, and try again.</source>
        <translation>O nome %1 não foi encontrado. Verifique se este computador está conectado à internet e tente de novo.</translation>
    </message>
    <message>
        <source>The name of %1 holds signs that are no text. Rename the file.</source>
        <translation>O nome de %1 contém sinais que não são texto. Renomeie o arquivo.</translation>
    </message>
    <message>
        <source>The new file with your chats came out different from the old one. Nothing was changed: check the disk and try again.</source>
        <translation>O novo arquivo com seus chats saiu diferente do antigo. Nada foi alterado: verifique o disco e tente de novo.</translation>
    </message>
    <message>
        <source>The proxy of this network asks for a name and a password. Write them into HTTPS_PROXY as http://NAME:PASSWORD@HOST:PORT.</source>
        <translation>O proxy desta rede pede um nome e uma senha. Escreva-os em HTTPS_PROXY como http://NAME:PASSWORD@HOST:PORT.</translation>
    </message>
    <message>
        <source>The proxy of this network does not let NemoDesk through. Check HTTPS_PROXY.</source>
        <translation>O proxy desta rede não deixa o NemoDesk passar. Verifique HTTPS_PROXY.</translation>
    </message>
    <message>
        <source>The proxy to reach it through; empty is the system&apos;s.</source>
        <translation>O proxy pelo qual chegar ao hub; vazio é o do sistema.</translation>
    </message>
    <message>
        <source>The trash %1 is a link to another place, which NemoDesk does not follow. Remove the link.</source>
        <translation>A lixeira %1 é um link para outro lugar, que o NemoDesk não segue. Remova o link.</translation>
    </message>
    <message>
        <source>There are no chats in %1.</source>
        <translation>Não há chats em %1.</translation>
    </message>
    <message>
        <source>There are no models on this computer yet.</source>
        <translation>Ainda não há modelos neste computador.</translation>
    </message>
    <message>
        <source>There is a new file %1. Remove it first if you want %2 from the trash.</source>
        <translation>Há um novo arquivo %1. Remova-o primeiro se quiser %2 da lixeira.</translation>
    </message>
    <message>
        <source>There is no attachment with the number %1. It may have been removed.</source>
        <translation>Não há anexo com o número %1. Talvez tenha sido removido.</translation>
    </message>
    <message>
        <source>There is no chat with the number %1. It may have been deleted.</source>
        <translation>Não há chat com o número %1. Talvez tenha sido excluído.</translation>
    </message>
    <message>
        <source>There is no download “%1” in the list.</source>
        <translation>Não há download “%1” na lista.</translation>
    </message>
    <message>
        <source>There is no file %1. Check its name and try again.</source>
        <translation>Não há arquivo %1. Verifique o nome dele e tente de novo.</translation>
    </message>
    <message>
        <source>There is no file %1. Check the name and try again.</source>
        <translation>Não há arquivo %1. Verifique o nome e tente de novo.</translation>
    </message>
    <message>
        <source>There is no folder with the number %1. It may have been deleted.</source>
        <translation>Não há pasta com o número %1. Talvez tenha sido excluída.</translation>
    </message>
    <message>
        <source>There is no message with the number %1. Its chat may have been deleted.</source>
        <translation>Não há mensagem com o número %1. Talvez o chat dela tenha sido excluído.</translation>
    </message>
    <message>
        <source>There is no model %1 at %2, or it is private. Check its name.</source>
        <translation>Não há modelo %1 em %2, ou ele é privado. Verifique o nome.</translation>
    </message>
    <message>
        <source>There is no model file %1.</source>
        <translation>Não há arquivo de modelo %1.</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) at %1.</source>
        <translation>Não há arquivo de modelo (.gguf) em %1.</translation>
    </message>
    <message>
        <source>There is no model file (.gguf) in the folder %1.</source>
        <translation>Não há arquivo de modelo (.gguf) na pasta %1.</translation>
    </message>
    <message>
        <source>There is no room in %1: %2 are needed and %3 are free. Free %4 or choose another disk.</source>
        <translation>Não há espaço em %1: são necessários %2 e há %3 livres. Libere %4 ou escolha outro disco.</translation>
    </message>
    <message>
        <source>There is no room left for %1. Make some room, or choose another place.</source>
        <translation>Não há mais espaço para %1. Libere espaço ou escolha outro lugar.</translation>
    </message>
    <message>
        <source>There is no room left on the disk, so your chats cannot be saved. Make some room and try again.</source>
        <translation>Não há mais espaço no disco, por isso seus chats não podem ser salvos. Libere espaço e tente de novo.</translation>
    </message>
    <message>
        <source>There is no secret %1.</source>
        <translation>Não há segredo %1.</translation>
    </message>
    <message>
        <source>There is no setting %1.</source>
        <translation>Não há configuração %1.</translation>
    </message>
    <message>
        <source>There is not enough memory for a context of %1 tokens. Choose a shorter context or close other programs.</source>
        <translation>Não há memória suficiente para um contexto de %1 tokens. Escolha um contexto menor ou feche outros programas.</translation>
    </message>
    <message>
        <source>There is not enough memory. Close other programs and try again.</source>
        <translation>Não há memória suficiente. Feche outros programas e tente de novo.</translation>
    </message>
    <message>
        <source>There is not enough room on the disk: %1 are still to come and %2 are free. Make %3 of room in %4, or choose a smaller model.</source>
        <translation>Não há espaço suficiente no disco: ainda faltam chegar %1 e há %2 livres. Libere %3 em %4 ou escolha um modelo menor.</translation>
    </message>
    <message>
        <source>There is nothing in it.</source>
        <translation>Não há nada ali.</translation>
    </message>
    <message>
        <source>There is nothing to summarise in this chat yet.</source>
        <translation>Ainda não há nada a resumir neste chat.</translation>
    </message>
    <message>
        <source>These chats have no password. Use the recovery key.</source>
        <translation>Estes chats não têm senha. Use a chave de recuperação.</translation>
    </message>
    <message>
        <source>This answer cannot go on: with its question it has %1 tokens (pieces of words), and there is room for %2. Choose a longer context, or ask for the rest in a new message.</source>
        <translation>Esta resposta não pode continuar: com a pergunta, ela tem %1 tokens (pedaços de palavras), e há espaço para %2. Escolha um contexto maior ou peça o resto em uma nova mensagem.</translation>
    </message>
    <message>
        <source>This answer is being written in another window of NemoDesk. Wait until it has ended, or stop it there.</source>
        <translation>Esta resposta está sendo escrita em outra janela do NemoDesk. Espere até que ela termine ou pare-a lá.</translation>
    </message>
    <message>
        <source>This backup is damaged or was not copied whole. Nothing was changed: try another copy.</source>
        <translation>Este backup está danificado ou não foi copiado por inteiro. Nada foi alterado: tente outra cópia.</translation>
    </message>
    <message>
        <source>This backup is protected. Enter its passphrase.</source>
        <translation>Este backup está protegido. Digite a frase secreta dele.</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of NemoDesk. Update NemoDesk to restore it.</source>
        <translation>Este backup foi feito por uma versão mais nova do NemoDesk. Atualize o NemoDesk para restaurá-lo.</translation>
    </message>
    <message>
        <source>This chat is being answered. Stop the answer or wait for its end.</source>
        <translation>Este chat está sendo respondido. Pare a resposta ou espere até o fim.</translation>
    </message>
    <message>
        <source>This chat is too long for the model: it has %1 tokens (pieces of words), and the context holds %2. Start a new chat or shorten the message.</source>
        <translation>Este chat é longo demais para o modelo: ele tem %1 tokens (pedaços de palavras), e o contexto comporta %2. Comece um novo chat ou encurte a mensagem.</translation>
    </message>
    <message>
        <source>This computer has %1 of memory, which is too little for the models that NemoDesk knows. Use the starter model.</source>
        <translation>Este computador tem %1 de memória, o que é pouco para os modelos que o NemoDesk conhece. Use o modelo inicial.</translation>
    </message>
    <message>
        <source>This computer is not connected to the internet. Connect it and try again.</source>
        <translation>Este computador não está conectado à internet. Conecte-o e tente de novo.</translation>
    </message>
    <message>
        <source>This computer offers no keyring.</source>
        <translation>Este computador não oferece um chaveiro.</translation>
    </message>
    <message>
        <source>This entry of the trash is damaged: it names a place outside the models folder. Empty the trash.</source>
        <translation>Este item da lixeira está danificado: ele indica um lugar fora da pasta dos modelos. Esvazie a lixeira.</translation>
    </message>
    <message>
        <source>This file holds %1, not a model to chat with. Choose the larger file beside it.</source>
        <translation>Este arquivo contém %1, não um modelo para conversar. Escolha o arquivo maior ao lado dele.</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk, or it was not copied whole. Choose another one.</source>
        <translation>Este arquivo não é um backup do NemoDesk ou não foi copiado por inteiro. Escolha outro.</translation>
    </message>
    <message>
        <source>This file is no backup of NemoDesk. Choose another one.</source>
        <translation>Este arquivo não é um backup do NemoDesk. Escolha outro.</translation>
    </message>
    <message>
        <source>This file was written by a newer version of NemoDesk. Update NemoDesk to read it.</source>
        <translation>Este arquivo foi gravado por uma versão mais nova do NemoDesk. Atualize o NemoDesk para lê-lo.</translation>
    </message>
    <message>
        <source>This is not a GGUF model file. Choose a file that ends in .gguf and was downloaded whole.</source>
        <translation>Este não é um arquivo de modelo GGUF. Escolha um arquivo que termine em .gguf e que tenha sido baixado por inteiro.</translation>
    </message>
    <message>
        <source>This is not a file with chats.</source>
        <translation>Este não é um arquivo com chats.</translation>
    </message>
    <message>
        <source>This is the same model as %1, which you have in %2. There is no need to take it in twice.</source>
        <translation>Este é o mesmo modelo que %1, que você tem em %2. Não é preciso adicioná-lo duas vezes.</translation>
    </message>
    <message>
        <source>This message is not shown any more. Open the chat again.</source>
        <translation>Esta mensagem não é mais exibida. Abra o chat de novo.</translation>
    </message>
    <message>
        <source>This message is too long for the model: it has %1 tokens (pieces of words), and there is room for %2. Shorten it, or choose a longer context.</source>
        <translation>Esta mensagem é longa demais para o modelo: ela tem %1 tokens (pedaços de palavras), e há espaço para %2. Encurte-a ou escolha um contexto maior.</translation>
    </message>
    <message>
        <source>This model cannot keep a chat in less memory (q8_0). Choose f16, and a shorter context if memory is short.</source>
        <translation>Este modelo não consegue manter um chat em menos memória (q8_0). Escolha f16, e um contexto menor se a memória for pouca.</translation>
    </message>
    <message>
        <source>This model file is damaged. Download it again.</source>
        <translation>Este arquivo de modelo está danificado. Baixe-o de novo.</translation>
    </message>
    <message>
        <source>This model file is incomplete: it ends in its header. Download it again.</source>
        <translation>Este arquivo de modelo está incompleto: ele termina no cabeçalho. Baixe-o de novo.</translation>
    </message>
    <message>
        <source>This model file is incomplete: it has %1 of %2 bytes. Download it again.</source>
        <translation>Este arquivo de modelo está incompleto: ele tem %1 de %2 bytes. Baixe-o de novo.</translation>
    </message>
    <message>
        <source>This model file stores its weights in a way that this version of NemoDesk does not know. Update NemoDesk, or choose another file of the same model.</source>
        <translation>Este arquivo de modelo guarda os pesos de uma forma que esta versão do NemoDesk não conhece. Atualize o NemoDesk ou escolha outro arquivo do mesmo modelo.</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which is too old. Download a newer file of this model.</source>
        <translation>Este arquivo de modelo usa a versão %1 do formato, que é antiga demais. Baixe um arquivo mais novo deste modelo.</translation>
    </message>
    <message>
        <source>This model file uses version %1 of its format, which this version of NemoDesk does not know. Update NemoDesk.</source>
        <translation>Este arquivo de modelo usa a versão %1 do formato, que esta versão do NemoDesk não conhece. Atualize o NemoDesk.</translation>
    </message>
    <message>
        <source>This model file was made for another kind of computer (big-endian). Download the usual file of this model.</source>
        <translation>Este arquivo de modelo foi feito para outro tipo de computador (big-endian). Baixe o arquivo comum deste modelo.</translation>
    </message>
    <message>
        <source>This model needs at least %1 of memory and this computer has %2 free. Close other programs or choose a smaller model.</source>
        <translation>Este modelo precisa de pelo menos %1 de memória, e este computador tem %2 livres. Feche outros programas ou escolha um modelo menor.</translation>
    </message>
    <message>
        <source>This model was made for a context of up to %1 tokens, not %2. Choose %3 or less.</source>
        <translation>Este modelo foi feito para um contexto de até %1 tokens, não %2. Escolha %3 ou menos.</translation>
    </message>
    <message>
        <source>This needs %1 of free disk space for a while, and there are %2. Make some room and try again. Nothing was changed.</source>
        <translation>Isto precisa de %1 de espaço livre em disco por algum tempo, e há %2. Libere espaço e tente de novo. Nada foi alterado.</translation>
    </message>
    <message>
        <source>This passphrase does not open the backup. Check it and try again.</source>
        <translation>Esta frase secreta não abre o backup. Confira-a e tente de novo.</translation>
    </message>
    <message>
        <source>This password is not the right one. Try again.</source>
        <translation>Esta senha não é a certa. Tente de novo.</translation>
    </message>
    <message>
        <source>This recovery key has a wrong letter or digit somewhere, or two that changed places. Compare it with your note.</source>
        <translation>Esta chave de recuperação tem uma letra ou um dígito errado em algum lugar, ou dois que trocaram de lugar. Compare-a com sua anotação.</translation>
    </message>
    <message>
        <source>This recovery key is of other chats: it was made when they were encrypted another time, or on another computer. Look for the one that belongs to these.</source>
        <translation>Esta chave de recuperação é de outros chats: foi criada quando eles foram criptografados em outra ocasião ou em outro computador. Procure a que pertence a estes.</translation>
    </message>
    <message>
        <source>This version of NemoDesk does not know models of the kind “%1”. Update NemoDesk, or choose another model.</source>
        <translation>Esta versão do NemoDesk não conhece modelos do tipo “%1”. Atualize o NemoDesk ou escolha outro modelo.</translation>
    </message>
    <message>
        <source>Try it again; the log holds the details.</source>
        <translation>Tente de novo; o registro contém os detalhes.</translation>
    </message>
    <message>
        <source>What the password is checked with is damaged. Use the recovery key.</source>
        <translation>Aquilo com que a senha é conferida está danificado. Use a chave de recuperação.</translation>
    </message>
    <message>
        <source>What the password on start is checked with.</source>
        <translation>Aquilo com que a senha no início é conferida.</translation>
    </message>
    <message>
        <source>Where models come from; empty is huggingface.co.</source>
        <translation>De onde vêm os modelos; vazio é huggingface.co.</translation>
    </message>
    <message>
        <source>Where the window was and how it was arranged.</source>
        <translation>Onde a janela estava e como estava organizada.</translation>
    </message>
    <message>
        <source>Whether the first page has been answered.</source>
        <translation>Se a primeira página já foi respondida.</translation>
    </message>
    <message>
        <source>Whether the window has said that there is no keyring.</source>
        <translation>Se a janela já avisou que não há chaveiro.</translation>
    </message>
    <message>
        <source>Which key sends a message; the other one begins a new line.</source>
        <translation>Qual tecla envia uma mensagem; a outra começa uma nova linha.</translation>
    </message>
    <message>
        <source>Your chats are already encrypted.</source>
        <translation>Seus chats já estão criptografados.</translation>
    </message>
    <message>
        <source>Your chats are being encrypted or decrypted right now. Try again in a moment.</source>
        <translation>Seus chats estão sendo criptografados ou descriptografados neste momento. Tente de novo daqui a pouco.</translation>
    </message>
    <message>
        <source>Your chats are encrypted, and the keyring of this computer does not give their key. Unlock the keyring, or type the recovery key.</source>
        <translation>Seus chats estão criptografados, e o chaveiro deste computador não fornece a chave deles. Desbloqueie o chaveiro ou digite a chave de recuperação.</translation>
    </message>
    <message>
        <source>Your chats are encrypted. Type the password, or the recovery key.</source>
        <translation>Seus chats estão criptografados. Digite a senha ou a chave de recuperação.</translation>
    </message>
    <message>
        <source>Your chats are not encrypted.</source>
        <translation>Seus chats não estão criptografados.</translation>
    </message>
    <message>
        <source>Your chats were last used with a newer version of NemoDesk. Nothing was changed: update NemoDesk to open them.</source>
        <translation>Seus chats foram usados pela última vez com uma versão mais nova do NemoDesk. Nada foi alterado: atualize o NemoDesk para abri-los.</translation>
    </message>
    <message>
        <source>Your computer has %1 of memory and %2</source>
        <translation>Seu computador tem %1 de memória e %2</translation>
    </message>
    <message>
        <source>Your models are in %1 already.</source>
        <translation>Seus modelos já estão em %1.</translation>
    </message>
    <message>
        <source>a graphics card that this edition of NemoDesk cannot use</source>
        <translation>uma placa de vídeo que esta edição do NemoDesk não consegue usar</translation>
    </message>
    <message>
        <source>a graphics card with %1</source>
        <translation>uma placa de vídeo com %1</translation>
    </message>
    <message>
        <source>a graphics processor that shares it</source>
        <translation>um processador gráfico que a compartilha</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>cerca de %1 palavras por segundo</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>cerca de 1 palavra por segundo</translation>
    </message>
    <message>
        <source>as good as the original</source>
        <translation>tão bom quanto o original</translation>
    </message>
    <message>
        <source>for experiments only</source>
        <translation>só para experimentos</translation>
    </message>
    <message>
        <source>good, and the usual choice</source>
        <translation>bom, e a escolha habitual</translation>
    </message>
    <message>
        <source>less than a word a second</source>
        <translation>menos de uma palavra por segundo</translation>
    </message>
    <message>
        <source>much weaker</source>
        <translation>muito mais fraco</translation>
    </message>
    <message>
        <source>nearly as good as the original</source>
        <translation>quase tão bom quanto o original</translation>
    </message>
    <message>
        <source>no card</source>
        <translation>sem placa</translation>
    </message>
    <message>
        <source>no graphics card</source>
        <translation>nenhuma placa de vídeo</translation>
    </message>
    <message>
        <source>noticeably weaker</source>
        <translation>visivelmente mais fraco</translation>
    </message>
    <message>
        <source>on the graphics card</source>
        <translation>na placa de vídeo</translation>
    </message>
    <message>
        <source>on the graphics card and the processor</source>
        <translation>na placa de vídeo e no processador</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>no processador</translation>
    </message>
    <message>
        <source>the original, not packed</source>
        <translation>o original, sem compactação</translation>
    </message>
    <message>
        <source>very good</source>
        <translation>muito bom</translation>
    </message>
    <message>
        <source>“%1” names no model at the hub. Write OWNER/NAME, as in unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</source>
        <translation>“%1” não indica nenhum modelo no hub. Escreva OWNER/NAME, como em unsloth/NVIDIA-Nemotron-3-Nano-4B-GGUF.</translation>
    </message>
    <message>
        <source>“%1” stands for several models. Choose one of them: %2.</source>
        <translation>“%1” corresponde a vários modelos. Escolha um deles: %2.</translation>
    </message>
</context>
<context>
    <name>SettingCard</name>
    <message>
        <source>Write an address that begins with one of these: %1. Or nothing.</source>
        <translation>Escreva um endereço que comece com um destes: %1. Ou nada.</translation>
    </message>
</context>
<context>
    <name>SettingWords</name>
    <message>
        <source>Follow the system</source>
        <translation>Seguir o sistema</translation>
    </message>
    <message>
        <source>Counts at once.</source>
        <translation>Vale imediatamente.</translation>
    </message>
    <message>
        <source>Counts from the next message.</source>
        <translation>Vale a partir da próxima mensagem.</translation>
    </message>
    <message>
        <source>Counts when a model is loaded the next time.</source>
        <translation>Vale na próxima vez que um modelo for carregado.</translation>
    </message>
    <message>
        <source>Counts from the next question to the hub.</source>
        <translation>Vale a partir da próxima consulta ao hub.</translation>
    </message>
    <message>
        <source>Counts when NemoDesk is started the next time.</source>
        <translation>Vale na próxima vez que o NemoDesk for iniciado.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>The language of the window. Models answer in the language of your chat.</source>
        <translation>O idioma da janela. Os modelos respondem no idioma do seu chat.</translation>
    </message>
    <message>
        <source>Send messages with</source>
        <translation>Enviar mensagens com</translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line.</source>
        <translation>Shift+Enter sempre começa uma nova linha.</translation>
    </message>
    <message>
        <source>Titles for new chats</source>
        <translation>Títulos para novos chats</translation>
    </message>
    <message>
        <source>The model names a chat after its first answer. Your own titles stay.</source>
        <translation>O modelo dá um título ao chat depois da primeira resposta. Os seus próprios títulos ficam.</translation>
    </message>
    <message>
        <source>Show the speed of answers</source>
        <translation>Mostrar a velocidade das respostas</translation>
    </message>
    <message>
        <source>Below the chat stands how many words a second the model wrote.</source>
        <translation>Abaixo do chat aparece quantas palavras por segundo o modelo escreveu.</translation>
    </message>
    <message>
        <source>Speed limit of downloads</source>
        <translation>Limite de velocidade dos downloads</translation>
    </message>
    <message>
        <source>In MB a second, for all downloads together.</source>
        <translation>Em MB por segundo, para todos os downloads juntos.</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Sem limite</translation>
    </message>
    <message>
        <source>Days in the trash</source>
        <translation>Dias na lixeira</translation>
    </message>
    <message>
        <source>Removed chats and models can be brought back for so long.</source>
        <translation>Durante esse tempo, os chats e modelos removidos podem ser recuperados.</translation>
    </message>
    <message>
        <source>Threads of the processor</source>
        <translation>Threads do processador</translation>
    </message>
    <message>
        <source>How many compute. More than there are fast cores makes it slower.</source>
        <translation>Quantas fazem os cálculos. Usar mais do que há de núcleos rápidos deixa tudo mais lento.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automático</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>Camadas na placa de vídeo</translation>
    </message>
    <message>
        <source>How much of a model the graphics card computes. Less leaves more of its memory to games and other programs.</source>
        <translation>Quanto de um modelo a placa de vídeo calcula. Com menos, sobra mais memória da placa para jogos e outros programas.</translation>
    </message>
    <message>
        <source>As many as fit</source>
        <translation>Tantas quantas couberem</translation>
    </message>
    <message>
        <source>Usual context length</source>
        <translation>Tamanho de contexto habitual</translation>
    </message>
    <message>
        <source>How much of a chat models hold, in tokens: 1,000 are about 750 words. Longer ones take more memory. A chat can have its own.</source>
        <translation>Quanto de um chat os modelos retêm, em tokens: 1.000 são cerca de 750 palavras. Contextos maiores ocupam mais memória. Um chat pode ter o seu próprio.</translation>
    </message>
    <message>
        <source>How chats are held in memory</source>
        <translation>Como os chats são mantidos na memória</translation>
    </message>
    <message>
        <source>Packed chats take half the memory and are read a little less exactly. Models that cannot pack hold them exactly.</source>
        <translation>Chats compactados ocupam metade da memória e são lidos com um pouco menos de exatidão. Modelos que não conseguem compactar os mantêm exatos.</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>Trabalhar offline</translation>
    </message>
    <message>
        <source>NemoDesk makes no connection at all, also when you ask for one.</source>
        <translation>O NemoDesk não faz nenhuma conexão, nem quando você pede uma.</translation>
    </message>
    <message>
        <source>Address of the hub</source>
        <translation>Endereço do hub</translation>
    </message>
    <message>
        <source>Where models are looked for and downloaded from.</source>
        <translation>Onde os modelos são procurados e de onde são baixados.</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>The way to the hub, if your network has one.</source>
        <translation>O caminho até o hub, se a sua rede tiver um.</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>Conforme o sistema</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Exact (f16)</source>
        <translation>Exato (f16)</translation>
    </message>
    <message>
        <source>Packed (q8_0)</source>
        <translation>Compactado (q8_0)</translation>
    </message>
</context>
<context>
    <name>SettingsDoor</name>
    <message>
        <source>Where to keep your models</source>
        <translation>Onde guardar seus modelos</translation>
    </message>
</context>
<context>
    <name>SettingsRoom</name>
    <message>
        <source>Settings</source>
        <translation>Configurações</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Geral</translation>
    </message>
    <message>
        <source>Models and storage</source>
        <translation>Modelos e armazenamento</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>Desempenho</translation>
    </message>
    <message>
        <source>Privacy and security</source>
        <translation>Privacidade e segurança</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Conexões</translation>
    </message>
    <message>
        <source>Backup and transfer</source>
        <translation>Backup e transferência</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Sobre</translation>
    </message>
</context>
<context>
    <name>SettingsSession</name>
    <message>
        <source>Settings are kept elsewhere for now</source>
        <translation>Por enquanto, as configurações ficam em outro lugar</translation>
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
        <translation>Veio com o NemoDesk</translation>
    </message>
    <message>
        <source>A file that you opened</source>
        <translation>Um arquivo que você abriu</translation>
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
        <translation>O cache do Hugging Face</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Esperando</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Em pausa</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Em verificação</translation>
    </message>
    <message>
        <source>needs %1 of memory</source>
        <translation>precisa de %1 de memória</translation>
    </message>
    <message>
        <source>Remove %1 from this computer? Chats with it stay.</source>
        <translation>Remover %1 deste computador? Os chats com ele ficam.</translation>
    </message>
    <message>
        <source>Hugging Face: %1</source>
        <translation>Hugging Face: %1</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Local</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Origem</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 tokens</translation>
    </message>
    <message>
        <source>Name for the command line</source>
        <translation>Nome para a linha de comando</translation>
    </message>
    <message>
        <source>%1 downloads a month</source>
        <translation>%1 downloads por mês</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 para baixar</translation>
    </message>
    <message>
        <source>Kind of model</source>
        <translation>Tipo de modelo</translation>
    </message>
    <message>
        <source>Longest chat</source>
        <translation>Chat mais longo</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licença</translation>
    </message>
    <message>
        <source>Checked on %1: %2</source>
        <translation>Verificado em %1: %2</translation>
    </message>
    <message>
        <source>%1 is at</source>
        <translation>%1 está em</translation>
    </message>
</context>
<context>
    <name>ShelfSession</name>
    <message>
        <source>%1 has no choice “%2” any more. Look at its details.</source>
        <translation>%1 não tem mais a opção “%2”. Veja os detalhes dele.</translation>
    </message>
    <message>
        <source>There is nothing new.</source>
        <translation>Não há nada de novo.</translation>
    </message>
    <message>
        <source>New in the list: %1.</source>
        <translation>Novos na lista: %1.</translation>
    </message>
    <message>
        <source>The list of models is up to date</source>
        <translation>A lista de modelos está atualizada</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atalhos de teclado</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Fechar</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>Novo chat</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>Novo chat temporário</translation>
    </message>
    <message>
        <source>Hide chats</source>
        <translation>Ocultar chats</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Buscar nos chats</translation>
    </message>
    <message>
        <source>Delete for good?</source>
        <translation>Excluir para sempre?</translation>
    </message>
    <message>
        <source>“%1” will be gone. This cannot be undone.</source>
        <translation>“%1” deixará de existir. Isso não pode ser desfeito.</translation>
    </message>
    <message>
        <source>The selected chats will be gone (%1). This cannot be undone.</source>
        <translation>Os chats selecionados deixarão de existir (%1). Isso não pode ser desfeito.</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>Esvaziar a lixeira?</translation>
    </message>
    <message>
        <source>All deleted chats will be gone. This cannot be undone.</source>
        <translation>Todos os chats excluídos deixarão de existir. Isso não pode ser desfeito.</translation>
    </message>
    <message>
        <source>No chat contains “%1”.</source>
        <translation>Nenhum chat contém “%1”.</translation>
    </message>
    <message>
        <source>The archive is empty</source>
        <translation>Nada arquivado</translation>
    </message>
    <message>
        <source>Archive in the menu of a chat puts it here.</source>
        <translation>“Arquivar”, no menu de um chat, traz o chat para cá.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>A lixeira está vazia</translation>
    </message>
    <message>
        <source>No chats yet</source>
        <translation>Ainda não há chats</translation>
    </message>
    <message>
        <source>Write a message, and the chat will wait here for you.</source>
        <translation>Escreva uma mensagem, e o chat esperará por você aqui.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Excluir para sempre</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Manter</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nada encontrado</translation>
    </message>
</context>
<context>
    <name>SpeedLimit</name>
    <message>
        <source>Speed limit</source>
        <translation>Limite de velocidade</translation>
    </message>
    <message>
        <source>No speed limit</source>
        <translation>Sem limite de velocidade</translation>
    </message>
    <message>
        <source>At most %1</source>
        <translation>No máximo %1</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Models and storage</source>
        <translation>Modelos e armazenamento</translation>
    </message>
    <message>
        <source>Where your models are</source>
        <translation>Onde ficam seus modelos</translation>
    </message>
    <message>
        <source>Are they whole?</source>
        <translation>Eles estão íntegros?</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Lixeira</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Limites</translation>
    </message>
</context>
<context>
    <name>StorageSession</name>
    <message>
        <source>Your models have moved</source>
        <translation>Seus modelos foram movidos</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Interrompido</translation>
    </message>
    <message>
        <source>Being checked</source>
        <translation>Em verificação</translation>
    </message>
    <message>
        <source>Exactly as it should be</source>
        <translation>Exatamente como deve ser</translation>
    </message>
    <message>
        <source>Looks whole. Nobody has told what its content must be.</source>
        <translation>Parece íntegro. Ninguém informou qual deve ser o conteúdo.</translation>
    </message>
    <message>
        <source>%1 are free again.</source>
        <translation>%1 estão livres de novo.</translation>
    </message>
    <message>
        <source>The trash is empty</source>
        <translation>A lixeira está vazia</translation>
    </message>
    <message>
        <source>Your models are moving. Downloads go on afterwards.</source>
        <translation>Seus modelos estão sendo movidos. Os downloads continuam depois.</translation>
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
        <translation>%1, %2. Há %3 livres neste disco.</translation>
    </message>
    <message>
        <source>This folder cannot be reached. Connect its disk and start NemoDesk again, or choose another folder.</source>
        <translation>Não é possível acessar esta pasta. Conecte o disco dela e inicie o NemoDesk de novo, ou escolha outra pasta.</translation>
    </message>
    <message>
        <source>removed %1 days ago</source>
        <translation>removido há %1 dias</translation>
    </message>
    <message>
        <source>removed today</source>
        <translation>removido hoje</translation>
    </message>
    <message>
        <source>removed yesterday</source>
        <translation>removido ontem</translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message>
        <source>Table</source>
        <translation>Tabela</translation>
    </message>
</context>
<context>
    <name>TemporaryLine</name>
    <message>
        <source>Temporary chat: nothing of it is kept. It is gone when you close NemoDesk.</source>
        <translation>Chat temporário: nada dele é guardado. Ele some quando você fecha o NemoDesk.</translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>Thinking</source>
        <translation>Raciocínio</translation>
    </message>
</context>
<context>
    <name>TitleCard</name>
    <message>
        <source>Rename the chat</source>
        <translation>Renomear o chat</translation>
    </message>
    <message>
        <source>Chat title</source>
        <translation>Título do chat</translation>
    </message>
    <message>
        <source>Save title</source>
        <translation>Salvar título</translation>
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
        <translation>Mensagens</translation>
    </message>
</context>
<context>
    <name>TransferPage</name>
    <message>
        <source>Backup and transfer</source>
        <translation>Backup e transferência</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Fazer backup…</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Restaurar…</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Importar um arquivo…</translation>
    </message>
    <message>
        <source>Import a folder…</source>
        <translation>Importar uma pasta…</translation>
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
        <translation>Página da web</translation>
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
        <translation>JSON Lines</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Backup</translation>
    </message>
    <message>
        <source>One file with your chats, your settings and the list of your models. Restore it here, or on another computer. The model files are not in it: they can be downloaded again.</source>
        <translation>Um arquivo com seus chats, suas configurações e a lista dos seus modelos. Restaure-o aqui ou em outro computador. Os arquivos de modelo não estão nele: eles podem ser baixados de novo.</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>Importar chats</translation>
    </message>
    <message>
        <source>Takes in what ChatGPT, Open WebUI, LM Studio and NemoDesk export: a file, an archive as you downloaded it, or a folder. Chats that are here already are not taken in twice.</source>
        <translation>Recebe o que o ChatGPT, o Open WebUI, o LM Studio e o NemoDesk exportam: um arquivo, um arquivo compactado como você o baixou, ou uma pasta. Chats que já estão aqui não são incluídos duas vezes.</translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation>Exportar chats</translation>
    </message>
    <message>
        <source>All chats in one file: a web page or Markdown to read, JSON to keep everything, JSON lines for programs that train models. A single chat is exported from its menu in the list.</source>
        <translation>Todos os chats em um arquivo: página da web ou Markdown para ler, JSON para guardar tudo, JSON Lines para programas que treinam modelos. Um único chat é exportado pelo menu dele na lista.</translation>
    </message>
</context>
<context>
    <name>TrashCard</name>
    <message>
        <source>Empty trash…</source>
        <translation>Esvaziar lixeira…</translation>
    </message>
    <message>
        <source>Removed models</source>
        <translation>Modelos removidos</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>A lixeira está vazia.</translation>
    </message>
    <message>
        <source>Removed models stay here for %1 days. They take room until then.</source>
        <translation>Os modelos removidos ficam aqui por %1 dias. Até lá, ocupam espaço.</translation>
    </message>
    <message>
        <source>Removed models stay here for a day. They take room until then.</source>
        <translation>Os modelos removidos ficam aqui por um dia. Até lá, ocupam espaço.</translation>
    </message>
    <message>
        <source>Empty the trash?</source>
        <translation>Esvaziar a lixeira?</translation>
    </message>
    <message>
        <source>%1 will be deleted for good. This cannot be undone.</source>
        <translation>Isto será excluído para sempre: %1. A ação não pode ser desfeita.</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Excluir para sempre</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Manter</translation>
    </message>
</context>
<context>
    <name>TroubleSession</name>
    <message>
        <source>NemoDesk made a mistake</source>
        <translation>O NemoDesk cometeu um erro</translation>
    </message>
    <message>
        <source>Nothing that was stored is lost. Copy the report and send it to us, if you like.</source>
        <translation>Nada do que foi salvo se perdeu. Copie o relatório e envie-o para nós, se quiser.</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Copiar o relatório</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>Desfazer</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Dispensar</translation>
    </message>
</context>
<context>
    <name>VaultSession</name>
    <message>
        <source>Your chats are being encrypted</source>
        <translation>Seus chats estão sendo criptografados</translation>
    </message>
    <message>
        <source>The key is in this computer&apos;s keyring.</source>
        <translation>A chave está no chaveiro deste computador.</translation>
    </message>
    <message>
        <source>NemoDesk asks for the password at each start.</source>
        <translation>O NemoDesk pede a senha a cada início.</translation>
    </message>
    <message>
        <source>No keyring keeps the key here: NemoDesk asks for the recovery key at each start.</source>
        <translation>Nenhum chaveiro guarda a chave aqui: o NemoDesk pede a chave de recuperação a cada início.</translation>
    </message>
    <message>
        <source>Your chats are encrypted</source>
        <translation>Seus chats estão criptografados</translation>
    </message>
    <message>
        <source>Your chats are being made readable</source>
        <translation>Seus chats estão voltando a ser legíveis</translation>
    </message>
    <message>
        <source>Your chats are not encrypted any more</source>
        <translation>Seus chats não estão mais criptografados</translation>
    </message>
    <message>
        <source>The recovery key and the password are not needed any more.</source>
        <translation>A chave de recuperação e a senha não são mais necessárias.</translation>
    </message>
    <message>
        <source>Everything is read and compared before it counts.</source>
        <translation>Tudo é lido e comparado antes de valer.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>Where to keep the recovery key</source>
        <translation>Onde guardar a chave de recuperação</translation>
    </message>
    <message>
        <source>NemoDesk recovery key.txt</source>
        <translation>Chave de recuperação do NemoDesk.txt</translation>
    </message>
    <message>
        <source>The recovery key of your chats in NemoDesk. Whoever has it can read them.</source>
        <translation>A chave de recuperação dos seus chats no NemoDesk. Quem a tiver pode lê-los.</translation>
    </message>
    <message>
        <source>Your chats are not encrypted</source>
        <translation>Seus chats não estão criptografados</translation>
    </message>
    <message>
        <source>Whoever can read the files of this computer can read your chats. Encrypted, they open only with a key that you have.</source>
        <translation>Quem puder ler os arquivos deste computador pode ler seus chats. Criptografados, eles só se abrem com uma chave que você tem.</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file. Its key is in this computer&apos;s keyring, which opens when you log in.</source>
        <translation>Os chats, anexos e rascunhos são um só arquivo criptografado. A chave dele está no chaveiro deste computador, que se abre quando você faz login.</translation>
    </message>
    <message>
        <source>Chats, attachments and drafts are one encrypted file, which your password opens. While NemoDesk runs, the key is in the computer&apos;s memory.</source>
        <translation>Os chats, anexos e rascunhos são um só arquivo criptografado, que a sua senha abre. Enquanto o NemoDesk está aberto, a chave fica na memória do computador.</translation>
    </message>
    <message>
        <source>A password opens your chats</source>
        <translation>Uma senha abre seus chats</translation>
    </message>
    <message>
        <source>Without it, or the recovery key, nobody can read them.</source>
        <translation>Sem ela, ou sem a chave de recuperação, ninguém consegue lê-los.</translation>
    </message>
    <message>
        <source>NemoDesk asks for a password</source>
        <translation>O NemoDesk pede uma senha</translation>
    </message>
    <message>
        <source>It is a door only: your chats are not encrypted, and whoever can read the files of this computer can read them.</source>
        <translation>Ela é só uma porta: seus chats não estão criptografados, e quem puder ler os arquivos deste computador pode lê-los.</translation>
    </message>
    <message>
        <source>NemoDesk opens without asking.</source>
        <translation>O NemoDesk se abre sem perguntar.</translation>
    </message>
    <message>
        <source>This computer has no keyring that could keep what a password is checked with. Encrypt your chats to have a password.</source>
        <translation>Este computador não tem um chaveiro que possa guardar aquilo com que uma senha é conferida. Criptografe seus chats para ter uma senha.</translation>
    </message>
    <message>
        <source>There is no password</source>
        <translation>Não há senha</translation>
    </message>
    <message>
        <source>%1 is set in the environment and decides this.</source>
        <translation>%1 está definida no ambiente e decide isto.</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments, encrypted</source>
        <translation>Seus chats com rascunhos e anexos, criptografados</translation>
    </message>
    <message>
        <source>Your chats with drafts and attachments</source>
        <translation>Seus chats com rascunhos e anexos</translation>
    </message>
    <message>
        <source>Copies of chats from before a change, and damaged files</source>
        <translation>Cópias de chats de antes de uma alteração, e arquivos danificados</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelos</translation>
    </message>
    <message>
        <source>What can be made again: speeds, and what the hub said</source>
        <translation>O que pode ser refeito: velocidades e o que o hub informou</translation>
    </message>
    <message>
        <source>Logs: what happened, never what was said</source>
        <translation>Registros: o que aconteceu, nunca o que foi dito</translation>
    </message>
    <message>
        <source>Settings, keys and passwords</source>
        <translation>Configurações, chaves e senhas</translation>
    </message>
    <message>
        <source>The keyring of this computer</source>
        <translation>O chaveiro deste computador</translation>
    </message>
    <message>
        <source>Settings; keys are forgotten when NemoDesk ends</source>
        <translation>Configurações; as chaves são esquecidas quando o NemoDesk é encerrado</translation>
    </message>
</context>
<context>
    <name>ViewHead</name>
    <message>
        <source>Back to the chats</source>
        <translation>Voltar aos chats</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Arquivados</translation>
    </message>
    <message>
        <source>Chats that you want to keep, but not to see every day.</source>
        <translation>Chats que você quer guardar, mas não ver todos os dias.</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Lixeira</translation>
    </message>
    <message>
        <source>Deleted chats can be restored. They are erased after %1 days.</source>
        <translation>Chats excluídos podem ser restaurados. Eles são apagados depois de %1 dias.</translation>
    </message>
    <message>
        <source>Deleted chats can be restored until the trash is emptied.</source>
        <translation>Chats excluídos podem ser restaurados até a lixeira ser esvaziada.</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>What is on your mind?</source>
        <translation>O que você tem em mente?</translation>
    </message>
    <message>
        <source>It all stays on this computer, and works without the internet.</source>
        <translation>Tudo fica neste computador e funciona sem a internet.</translation>
    </message>
    <message>
        <source>Explain something in simple words</source>
        <translation>Explicar algo com palavras simples</translation>
    </message>
    <message>
        <source>Explain in simple words why the sky is blue.</source>
        <translation>Explique com palavras simples por que o céu é azul.</translation>
    </message>
    <message>
        <source>Write a friendly message</source>
        <translation>Escrever uma mensagem simpática</translation>
    </message>
    <message>
        <source>Write a short, friendly message to thank a neighbour for their help.</source>
        <translation>Escreva uma mensagem curta e simpática para agradecer a um vizinho pela ajuda.</translation>
    </message>
    <message>
        <source>Make a plan</source>
        <translation>Fazer um plano</translation>
    </message>
    <message>
        <source>Make a simple plan for a quiet weekend at home.</source>
        <translation>Faça um plano simples para um fim de semana tranquilo em casa.</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation>Boas-vindas</translation>
    </message>
    <message>
        <source>A private assistant that runs on this computer. After the download it works without the internet.</source>
        <translation>Um assistente privado que roda neste computador. Depois do download, ele funciona sem a internet.</translation>
    </message>
    <message>
        <source>Download and start</source>
        <translation>Baixar e começar</translation>
    </message>
    <message>
        <source>Choose another model</source>
        <translation>Escolher outro modelo</translation>
    </message>
    <message>
        <source>Use the starter model</source>
        <translation>Usar o modelo inicial</translation>
    </message>
    <message>
        <source>Your computer is being looked at…</source>
        <translation>Seu computador está sendo examinado…</translation>
    </message>
    <message>
        <source>Best for it</source>
        <translation>O melhor para ele</translation>
    </message>
    <message>
        <source>Your computer is being looked at</source>
        <translation>Seu computador está sendo examinado</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>Runs great</source>
        <translation>Roda muito bem</translation>
    </message>
    <message>
        <source>Runs, but slowly</source>
        <translation>Roda, mas devagar</translation>
    </message>
    <message>
        <source>Too big for this computer</source>
        <translation>Grande demais para este computador</translation>
    </message>
    <message>
        <source>less than 1 word a second</source>
        <translation>menos de 1 palavra por segundo</translation>
    </message>
    <message>
        <source>about 1 word a second</source>
        <translation>cerca de 1 palavra por segundo</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>faltam alguns segundos</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>falta menos de um minuto</translation>
    </message>
    <message>
        <source>about 1 hour left</source>
        <translation>falta cerca de 1 hora</translation>
    </message>
    <message>
        <source>about %1 hours left</source>
        <translation>faltam cerca de %1 horas</translation>
    </message>
    <message>
        <source>about %1 words a second</source>
        <translation>cerca de %1 palavras por segundo</translation>
    </message>
    <message>
        <source>1 minute left</source>
        <translation>falta 1 minuto</translation>
    </message>
    <message>
        <source>%1 minutes left</source>
        <translation>faltam %1 minutos</translation>
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
        <translation>Salvar ou alterar predefinições</translation>
    </message>
</context>
<context>
    <name>_Choices</name>
    <message>
        <source>Speed limit</source>
        <translation>Limite de velocidade</translation>
    </message>
</context>
<context>
    <name>_FilesCard</name>
    <message>
        <source>What is kept, and where</source>
        <translation>O que fica guardado, e onde</translation>
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
